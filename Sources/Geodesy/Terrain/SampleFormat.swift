/// How a height is written, and brought to metres.
struct SampleFormat: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case unsigned, signed, float }

    let kind: Kind
    /// Bytes: 1, 2, 4 or 8.
    let width: Int
    let order: ByteOrder
    /// 1 none, 2 horizontal differences, 3 floating-point differences.
    let predictor: Int
    /// What stands where nothing is known.
    let void: Double?
    /// A sample times `scale`, plus `offset`, is the height in metres; what stands for nothing is told before.
    var scale = 1.0
    var offset = 0.0

    /// Metres that no ground has; values beyond are holes, whatever the file says of them.
    static let plausible = -1000.0...9500.0

    /// Rows of `columns` samples; holes become NaN. `bytes` holds exactly that many rows.
    func heights(_ bytes: [UInt8], columns: Int) -> [Float] {
        let rowBytes = columns * width
        guard rowBytes > 0 else { return [] }
        var heights: [Float] = []
        heights.reserveCapacity(bytes.count / width)
        if kind == .signed, width == 2, predictor == 1 {
            let (high, low) = order.isLittle ? (1, 0) : (0, 1)
            var place = 0
            while place + 1 < bytes.count {
                let bits = UInt16(bytes[place + high]) << 8 | UInt16(bytes[place + low])
                heights.append(height(Double(Int16(bitPattern: bits))))
                place += 2
            }
            return heights
        }
        for start in stride(from: 0, to: bytes.count - rowBytes + 1, by: rowBytes) {
            var row = Array(bytes[start..<start + rowBytes])
            var rowOrder = order
            if predictor == 3 {
                row = unshuffled(row, columns: columns)
                rowOrder = ByteOrder(isLittle: false)
            }
            var last: UInt64 = 0
            for column in 0..<columns {
                var bits = rowOrder.unsigned(row, column * width, width) ?? 0
                if predictor == 2 {
                    bits &+= last
                    last = bits
                }
                heights.append(height(value(bits)))
            }
        }
        return heights
    }

    private func value(_ bits: UInt64) -> Double {
        switch (kind, width) {
        case (.unsigned, _): Double(width == 8 ? bits : bits & (1 << UInt64(width * 8) - 1))
        case (.signed, 1): Double(Int8(truncatingIfNeeded: bits))
        case (.signed, 2): Double(Int16(truncatingIfNeeded: bits))
        case (.signed, 4): Double(Int32(truncatingIfNeeded: bits))
        case (.signed, _): Double(Int64(truncatingIfNeeded: bits))
        case (.float, 4): Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        case (.float, _): Double(bitPattern: bits)
        }
    }

    private func height(_ value: Double) -> Float {
        // The mark is rounded to the samples' own width: GDAL writes it in decimals.
        if let void, value == void || Float(value) == Float(void) { return .nan }
        let height = value * scale + offset
        return Self.plausible.contains(height) ? Float(height) : .nan
    }

    /// Undoes the floating-point predictor: differences of bytes over the row, in planes from the highest byte on.
    /// Source: Adobe Photoshop TIFF technical note 3, 2005.
    private func unshuffled(_ row: [UInt8], columns: Int) -> [UInt8] {
        var sums = row
        for index in stride(from: 1, to: sums.count, by: 1) { sums[index] &+= sums[index - 1] }
        var samples = [UInt8](repeating: 0, count: row.count)
        for column in 0..<columns {
            for plane in 0..<width { samples[column * width + plane] = sums[plane * columns + column] }
        }
        return samples
    }
}
