/// Writes JSON text in the order given: the same values always give the same bytes. Strings are UTF-8 with only the
/// escapes that RFC 8259 demands; doubles are written shortest; what JSON has no word for (NaN, infinities) becomes null.
public struct JSONText: Sendable {
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    public init(capacity: Int = 512) { bytes.reserveCapacity(capacity) }

    public var string: String { String(decoding: bytes, as: UTF8.self) }

    /// Members are written by `body` with ``member(_:_:)``.
    public mutating func object(_ body: (inout JSONText) -> Void) { enclosed(123, 125, body) }

    /// Elements are written by `body`, one call each.
    public mutating func array(_ body: (inout JSONText) -> Void) { enclosed(91, 93, body) }

    public mutating func member(_ name: String, _ body: (inout JSONText) -> Void) {
        key(name)
        body(&self)
        needsComma = true
    }

    public mutating func member(_ name: String, _ value: String) { key(name); self.value(value) }
    public mutating func member(_ name: String, _ value: Double) { key(name); self.value(value) }
    public mutating func member(_ name: String, _ value: Int) { key(name); self.value(value) }
    public mutating func member(_ name: String, _ value: Int64) { key(name); self.value(value) }
    public mutating func member(_ name: String, _ value: Bool) { key(name); self.value(value) }
    public mutating func null(_ name: String) { key(name); null() }

    public mutating func value(_ text: String) {
        separate()
        quote(text)
        needsComma = true
    }

    public mutating func value(_ number: Double) {
        separate()
        if !number.isFinite {
            bytes.append(contentsOf: "null".utf8)
        } else if number == number.rounded(), abs(number) < 1e15 {
            bytes.append(contentsOf: String(Int64(number)).utf8)
        } else {
            bytes.append(contentsOf: String(number).utf8)
        }
        needsComma = true
    }

    public mutating func value(_ number: Int) { raw(String(number)) }
    public mutating func value(_ number: Int64) { raw(String(number)) }
    public mutating func value(_ flag: Bool) { raw(flag ? "true" : "false") }
    public mutating func null() { raw("null") }

    /// `number` rounded to `decimals` places (0…12): positions and angles need no more digits than they mean.
    public mutating func value(_ number: Double, decimals: Int) {
        var scale = 1.0
        for _ in 0..<min(max(decimals, 0), 12) { scale *= 10 }
        let rounded = (number * scale).rounded() / scale
        value(rounded == 0 ? 0 : rounded)
    }

    public mutating func member(_ name: String, _ number: Double, decimals: Int) {
        key(name)
        value(number, decimals: decimals)
    }

    /// `json` must be one whole JSON value.
    public mutating func raw(_ json: String) {
        separate()
        bytes.append(contentsOf: json.utf8)
        needsComma = true
    }

    /// `json` must be one whole JSON value in UTF-8.
    public mutating func raw(_ json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    private mutating func enclosed(_ open: UInt8, _ close: UInt8, _ body: (inout JSONText) -> Void) {
        separate()
        bytes.append(open)
        needsComma = false
        body(&self)
        bytes.append(close)
        needsComma = true
    }

    private mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(58)
        needsComma = false
    }

    private mutating func separate() {
        if needsComma { bytes.append(44) }
        needsComma = false
    }

    private mutating func quote(_ text: String) {
        bytes.append(34)
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        // Most texts are written as they are.
        var isPlain = true
        for index in start..<bytes.count where bytes[index] < 32 || bytes[index] == 34 || bytes[index] == 92 {
            isPlain = false
            break
        }
        if isPlain { return bytes.append(34) }
        bytes.removeSubrange(start...)
        for byte in text.utf8 {
            switch byte {
            case 34: bytes.append(contentsOf: [92, 34])
            case 92: bytes.append(contentsOf: [92, 92])
            case 10: bytes.append(contentsOf: [92, 110])
            case 13: bytes.append(contentsOf: [92, 114])
            case 9: bytes.append(contentsOf: [92, 116])
            case 0..<32:
                let digits = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: [92, 117, 48, 48, digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            default: bytes.append(byte)
            }
        }
        bytes.append(34)
    }
}
