extension CELDuration {
    /// Seconds with as many decimals as are needed: `1.5s`.
    public var text: String {
        let (whole, part) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
        let sign = nanoseconds < 0 ? "-" : ""
        return sign + String(whole) + DecimalFraction.text(nanoseconds: Int64(truncatingIfNeeded: part)) + "s"
    }

    /// Reads a sum of numbers with units, `1h30m`, `-1.5s`; units are h, m, s, ms, us, µs and ns. `0` needs none. Nil for
    /// anything else, and for what 64 bits of nanoseconds cannot hold.
    public init?(text: String) {
        var bytes = ArraySlice(text.utf8)
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { bytes.removeFirst() }
        if bytes.elementsEqual("0".utf8) {
            self.init(nanoseconds: 0)
            return
        }
        guard !bytes.isEmpty else { return nil }
        var total: UInt128 = 0
        while !bytes.isEmpty {
            guard let part = Self.part(&bytes) else { return nil }
            total += part
            guard total <= UInt128(UInt64.max) else { return nil }
        }
        guard let magnitude = UInt64(exactly: total), magnitude <= UInt64(Int64.max) + (isNegative ? 1 : 0) else {
            return nil
        }
        let bits = Int64(truncatingIfNeeded: magnitude)
        self.init(nanoseconds: isNegative ? 0 &- bits : bits)
    }

    /// One number with its unit, in nanoseconds.
    private static func part(_ bytes: inout ArraySlice<UInt8>) -> UInt128? {
        let whole = bytes.prefix(while: \.isDigit)
        bytes.removeFirst(whole.count)
        var fraction: ArraySlice<UInt8> = []
        if bytes.first == UInt8(ascii: ".") {
            bytes.removeFirst()
            fraction = bytes.prefix(while: \.isDigit)
            bytes.removeFirst(fraction.count)
        }
        guard !whole.isEmpty || !fraction.isEmpty, whole.count <= 20 else { return nil }
        let unitText = bytes.prefix { !$0.isDigit && $0 != UInt8(ascii: ".") }
        guard let unit = unit(String(decoding: unitText, as: UTF8.self)) else { return nil }
        bytes.removeFirst(unitText.count)
        var value = whole.reduce(UInt128(0)) { $0 * 10 + UInt128($1 - 48) } * unit
        var scale: UInt128 = 1
        var part: UInt128 = 0
        for digit in fraction.prefix(18) {
            part = part * 10 + UInt128(digit - 48)
            scale *= 10
        }
        value += part * unit / scale
        return value
    }

    private static func unit(_ name: String) -> UInt128? {
        switch name {
        case "h": 3_600_000_000_000
        case "m": 60_000_000_000
        case "s": 1_000_000_000
        case "ms": 1_000_000
        case "us", "\u{B5}s", "\u{3BC}s": 1000
        case "ns": 1
        default: nil
        }
    }
}
