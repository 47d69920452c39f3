public import Inspection

/// One frame of MAVLink 1 or 2 as it was sent, its checksum right.
public struct MAVLinkFrame: Sendable {
    /// 1 or 2.
    public var version: Int
    /// Counts the frames of one component, and wraps after 255.
    public var sequence: UInt8
    /// The vehicle or ground station.
    public var system: UInt8
    /// 1 autopilot, 100…105 cameras, 154 and 171…175 gimbals, 190 and 191 ground station and on-board computer.
    public var component: UInt8
    public var id: UInt32
    /// As sent: version 2 leaves zeros at the end away.
    public var payload: ArraySlice<UInt8>
    /// A signature followed. It is not verified.
    public var isSigned: Bool
    /// Of the record of a log that held it: when it was received, by the recorder's clock.
    public var recorded: UTCTime?
    /// Nil for a message that is not known, whose checksum could not be verified.
    public var definition: MAVLinkDefinition?

    /// The first element of the field with this name; nil when there is no such field, or its value is no number. What
    /// was left away in version 2 is 0; the extensions of a version 1 frame are nil.
    public func number(_ name: String) -> Double? {
        guard let field = definition?.fields.first(where: { $0.name == name }) else { return nil }
        return number(field, 0)
    }

    /// Every element of an array; nil unless all are finite numbers.
    func numbers(_ name: String) -> [Double]? {
        guard let field = definition?.fields.first(where: { $0.name == name }) else { return nil }
        var all: [Double] = []
        for index in 0..<field.count {
            guard let number = number(field, index) else { return nil }
            all.append(number)
        }
        return all
    }

    /// The field's value as an integer; nil for other kinds.
    func integer(_ name: String) -> Int64? {
        guard let field = definition?.fields.first(where: { $0.name == name }), isSent(field) else { return nil }
        switch value(field, 0) {
        case .signed(let value): return value
        case .unsigned(let value): return Int64(exactly: value)
        case .real: return nil
        }
    }

    /// True when at least one byte of the field came: zeros at the payload's end may have been left away.
    func holds(_ name: String) -> Bool {
        guard let field = definition?.fields.first(where: { $0.name == name }) else { return false }
        return field.offset < payload.count && isSent(field)
    }

    /// Version 1 has no extension fields.
    func isSent(_ field: MAVLinkDefinition.Field) -> Bool { version == 2 || !field.isExtension }

    private func number(_ field: MAVLinkDefinition.Field, _ index: Int) -> Double? {
        guard isSent(field) else { return nil }
        switch value(field, index) {
        case .signed(let value): return Double(value)
        case .unsigned(let value): return Double(value)
        case .real(let value): return value.isFinite ? value : nil
        }
    }

    enum Value: Sendable, Hashable {
        case signed(Int64)
        case unsigned(UInt64)
        case real(Double)
    }

    /// Little-endian, with zeros for bytes that were not sent.
    func value(_ field: MAVLinkDefinition.Field, _ index: Int) -> Value {
        let size = field.kind.size
        let start = payload.startIndex + field.offset + index * size
        var bits: UInt64 = 0
        if index >= 0, index < field.count {
            for place in 0..<size where start + place < payload.endIndex {
                bits |= UInt64(payload[start + place]) << UInt64(8 * place)
            }
        }
        return switch field.kind {
        case .int8: .signed(Int64(Int8(truncatingIfNeeded: bits)))
        case .int16: .signed(Int64(Int16(truncatingIfNeeded: bits)))
        case .int32: .signed(Int64(Int32(truncatingIfNeeded: bits)))
        case .int64: .signed(Int64(bitPattern: bits))
        case .uint8, .uint16, .uint32, .uint64, .character: .unsigned(bits)
        case .float: .real(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
        case .double: .real(Double(bitPattern: bits))
        }
    }

    /// Characters up to the first NUL.
    func text(_ field: MAVLinkDefinition.Field) -> String {
        let start = min(payload.startIndex + field.offset, payload.endIndex)
        let end = min(start + field.count, payload.endIndex)
        return String(decoding: payload[start..<end].prefix { $0 != 0 }, as: UTF8.self)
    }
}
