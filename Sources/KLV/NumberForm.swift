/// The forms whose value is one number: bytes to value and back, by the same row.
enum NumberForm {
    /// Bytes the form is written in; nil for those written as short as the value goes.
    static func width(_ form: ItemForm) -> Int? {
        switch form {
        case .unsigned(let bytes), .signed(let bytes), .linear(let bytes, _, _, _), .symmetric(let bytes, _, _),
            .imapb(_, _, let bytes, _), .real(let bytes):
            bytes
        case .offset: 3
        default: nil
        }
    }

    /// Nil when the length cannot be one of the form.
    static func decode(_ form: ItemForm, _ bytes: [UInt8], _ range: Range<Int>) -> LocalSetValue? {
        guard (1...8).contains(range.count) else { return nil }
        let cursor = ByteCursor(bytes, range)
        switch form {
        case .unsigned, .count:
            return .unsigned(cursor.unsigned(range))
        case .signed, .signedCount:
            return .signed(cursor.signed(range))
        case .linear(let width, let low, let high, let widens):
            let raw = cursor.unsigned(range)
            let top = largest(width)
            guard range.count == width || (widens && range.count > width && raw <= top) else { return nil }
            return .real(Double(raw) * (high - low) / Double(top) + low)
        case .symmetric(let width, let high, let special):
            guard range.count == width else { return nil }
            let raw = cursor.signed(range)
            let top = Int64(largest(width) >> 1)
            return raw < -top ? .special(special) : .real(Double(raw) * high / Double(top))
        case .offset(let high):
            guard range.count <= 3 else { return nil }
            return .real(Double(cursor.signed(range)) * high / Double(largest(3) >> 1))
        case .imapb(let low, let high, _, let limit):
            guard range.count <= limit, let mapping = IMAPB(low, high, bytes: range.count) else { return nil }
            switch mapping.decode(cursor.unsigned(range)) {
            case .real(let value): return .real(value)
            case .special(let special): return .special(special)
            }
        case .real:
            switch range.count {
            case 4: return .real(Double(Float(bitPattern: UInt32(truncatingIfNeeded: cursor.unsigned(range)))))
            case 8: return .real(Double(bitPattern: cursor.unsigned(range)))
            default: return nil
            }
        case .identifier:
            var reader = cursor
            guard let id = reader.identifier(), reader.isAtEnd else { return nil }
            return .unsigned(UInt64(id))
        default:
            return nil
        }
    }

    /// Nil when `value` is no number, or a special value that the form has no code for.
    static func encode(_ value: LocalSetValue, _ form: ItemForm) -> [UInt8]? {
        if case .special(let special) = value { return encode(special, form) }
        guard let number = value.number else { return nil }
        switch form {
        case .unsigned(let width):
            return BER.big(min(whole(value, number), largest(width)), width)
        case .count:
            return BER.minimal(whole(value, number))
        case .signed(let width):
            let top = Int64(largest(width) >> 1)
            return BER.big(UInt64(bitPattern: min(max(signedWhole(value, number), -top - 1), top)), width)
        case .signedCount:
            return BER.minimal(signedWhole(value, number))
        case .linear(let width, let low, let high, _):
            let top = largest(width)
            let raw = ((number - low) * Double(top) / (high - low)).rounded()
            return BER.big(min(UInt64(exactly: max(raw, 0)) ?? top, top), width)
        case .symmetric(let width, let high, _):
            let top = Double(largest(width) >> 1)
            let raw = min(max((number * top / high).rounded(), -top), top)
            return BER.big(UInt64(bitPattern: Int64(exactly: raw) ?? 0), width)
        case .imapb(let low, let high, let width, _):
            return IMAPB(low, high, bytes: width).map { BER.big($0.encode(number), width) }
        case .real(let width):
            return width == 4
                ? BER.big(UInt64(Float(number).bitPattern), 4) : BER.big(number.bitPattern, 8)
        case .identifier:
            var bytes: [UInt8] = []
            BER.append(identifier: min(whole(value, number), 1 << 28 - 1), to: &bytes)
            return bytes
        default:
            return nil
        }
    }

    private static func encode(_ special: SpecialValue, _ form: ItemForm) -> [UInt8]? {
        switch form {
        case .symmetric(let width, _, let own) where own == special:
            BER.big(UInt64(1) << UInt64(8 * width - 1), width)
        case .imapb(let low, let high, let width, _):
            IMAPB(low, high, bytes: width).map { BER.big($0.encode(special), width) }
        default: nil
        }
    }

    private static func largest(_ width: Int) -> UInt64 {
        UInt64.max >> UInt64(64 - 8 * min(max(width, 1), 8))
    }

    private static func whole(_ value: LocalSetValue, _ number: Double) -> UInt64 {
        value.count ?? UInt64(exactly: max(number.rounded(), 0)) ?? .max
    }

    private static func signedWhole(_ value: LocalSetValue, _ number: Double) -> Int64 {
        if case .signed(let exact) = value { return exact }
        return Int64(exactly: number.rounded()) ?? (number < 0 ? .min : .max)
    }
}
