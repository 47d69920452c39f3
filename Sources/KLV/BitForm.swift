/// The forms whose values are bits, and those that share bytes: to values and back.
enum BitForm {
    /// Bytes of a ``ItemForm/bitSet(name:)`` at most.
    static let limit = 128

    static func decode(_ fields: [BitField], _ number: UInt64) -> LocalSetValue {
        .set(
            fields.enumerated().map { index, field in
                let bits = number >> UInt64(field.low) & (1 << UInt64(field.width) - 1)
                return LocalSetItem(tag: index + 1, name: field.name, unit: "", value: .unsigned(bits))
            })
    }

    /// Fields that are not there are 0; nil when one does not fit.
    static func number(_ items: [LocalSetItem], _ fields: [BitField]) -> UInt64? {
        var number: UInt64 = 0
        for (index, field) in fields.enumerated() {
            guard let value = items.value(index + 1) else { continue }
            guard let bits = value.count, bits < 1 << UInt64(field.width) else { return nil }
            number |= bits << UInt64(field.low)
        }
        return number
    }

    static func decodeSet(_ name: String, _ bytes: [UInt8], _ range: Range<Int>) -> LocalSetValue? {
        guard range.count <= limit else { return nil }
        var items: [LocalSetItem] = []
        for bit in 0..<range.count * 8 where bytes[range.upperBound - 1 - bit / 8] >> UInt8(bit % 8) & 1 == 1 {
            items.append(LocalSetItem(tag: items.count + 1, name: name, unit: "", value: .unsigned(UInt64(bit))))
        }
        return .set(items)
    }

    static func encodeSet(_ items: [LocalSetItem]) -> [UInt8]? {
        var bytes: [UInt8] = [0]
        for item in items {
            guard let bit = item.value.count, bit < UInt64(limit * 8) else { return nil }
            let place = Int(bit / 8)
            while bytes.count <= place { bytes.append(0) }
            bytes[place] |= 1 << UInt8(bit % 8)
        }
        return bytes.reversed()
    }

    static func decodeHalves(_ fields: [ItemDefinition], _ bytes: [UInt8], _ range: Range<Int>) -> LocalSetValue? {
        guard range.count % 2 == 0, fields.count == 2 else { return nil }
        let middle = range.lowerBound + range.count / 2
        var items: [LocalSetItem] = []
        for (field, part) in zip(fields, [range.lowerBound..<middle, middle..<range.upperBound]) {
            guard let value = NumberForm.decode(field.form, bytes, part) else { return nil }
            items.append(LocalSetItem(tag: field.tag, name: field.name, unit: field.unit, value: value))
        }
        return .set(items)
    }

    static func encodeHalves(_ items: [LocalSetItem], _ fields: [ItemDefinition]) -> [UInt8]? {
        var bytes: [UInt8] = []
        for field in fields {
            guard let value = items.value(field.tag), let half = NumberForm.encode(value, field.form) else {
                return nil
            }
            bytes += half
        }
        return bytes
    }
}
