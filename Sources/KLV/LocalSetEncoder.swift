/// Writes sets by the tables that read them.
enum LocalSetEncoder {
    static func packet(_ kind: SetKind, _ table: SetTable, _ items: [LocalSetItem]) throws(KLVError) -> [UInt8] {
        var value: [UInt8] = []
        if kind.hasChecksum {
            guard let time = items.first(where: { $0.tag == 2 }) else {
                throw KLVError(kind: .missingItem, tag: 2, description: "a packet needs its precision time stamp")
            }
            try append(time, table.table, to: &value)
        }
        for item in items where !(kind.hasChecksum && (item.tag == 1 || item.tag == 2)) {
            try append(item, table.table, to: &value)
        }
        guard let key = kind.universalKey else {
            throw KLVError(kind: .unknownTag, tag: 0, description: "a packet of no known set has no key")
        }
        var bytes = key
        BER.append(length: value.count + (kind.hasChecksum ? 4 : 0), to: &bytes)
        bytes += value
        if kind.hasChecksum {
            bytes += [1, 2]
            bytes += BER.big(UInt64(Checksum.sum(bytes, 0..<bytes.count)), 2)
        }
        return bytes
    }

    private static func append(
        _ item: LocalSetItem, _ table: LocalSetTable, to bytes: inout [UInt8]
    ) throws(KLVError) {
        guard let tag = UInt64(exactly: item.tag) else {
            throw KLVError(kind: .unknownTag, tag: item.tag, description: "a tag is not negative")
        }
        let value = try content(item.value, table[item.tag]?.form, item.tag)
        guard value.count <= 256 << 10 else {
            throw KLVError(kind: .tooLong, tag: item.tag, description: "\(value.count) bytes are too many for one item")
        }
        BER.append(identifier: tag, to: &bytes)
        BER.append(length: value.count, to: &bytes)
        bytes += value
    }

    private static func set(_ items: [LocalSetItem], _ table: LocalSetTable) throws(KLVError) -> [UInt8] {
        var bytes: [UInt8] = []
        for item in items { try append(item, table, to: &bytes) }
        return bytes
    }

    private static func content(_ value: LocalSetValue, _ form: ItemForm?, _ tag: Int) throws(KLVError) -> [UInt8] {
        switch value {
        case .unknown: return []
        case .raw(let bytes): return bytes
        default: break
        }
        guard let form else {
            throw KLVError(kind: .unknownTag, tag: tag, description: "item \(tag) is in no table: give it raw")
        }
        if let number = NumberForm.encode(value, form) { return number }
        switch (value, form) {
        case (.text(let text), .text(let limit)):
            guard text.utf8.count <= limit else {
                throw KLVError(kind: .tooLong, tag: tag, description: "item \(tag) holds at most \(limit) bytes")
            }
            return Array(text.utf8)
        case (.text(let text), .wideText):
            return text.utf16.flatMap { BER.big(UInt64($0), 2) }
        case (.text(let text), .uuid):
            if let bytes = UUIDText.bytes(text) { return bytes }
        case (.set(let items), .set(let table)):
            return try set(items, table.table)
        case (.set(let items), .pack(let fields, let ends)):
            return try pack(items, fields, ends, tag)
        case (.set(let items), .identifiers):
            return try identifiers(items, tag)
        case (.set(let items), .coreIdentifier):
            if let bytes = PackForm.coreIdentifier(items) { return bytes }
        case (.set(let items), .bits(let fields, let width)):
            if let number = BitForm.number(items, fields),
                let bytes = NumberForm.encode(.unsigned(number), width.map { .unsigned(bytes: $0) } ?? .identifier)
            {
                return bytes
            }
        case (.set(let items), .bitSet):
            if let bytes = BitForm.encodeSet(items) { return bytes }
        case (.set(let items), .halves(let fields)):
            if let bytes = BitForm.encodeHalves(items, fields) { return bytes }
        case (.text(let text), .userData):
            return Array(text.utf8)
        case (.unsigned(let number), .userData):
            return BER.minimal(number)
        case (.signed(let number), .userData):
            return BER.minimal(number)
        case (.set(let items), .command):
            if let bytes = PackForm.command(items) { return bytes }
        case (.series(let elements), let form):
            return try series(elements, form, tag)
        default: break
        }
        throw wrongKind(tag)
    }

    private static func series(
        _ elements: [SeriesElement], _ form: ItemForm, _ tag: Int
    ) throws(KLVError) -> [UInt8] {
        var bytes: [UInt8] = []
        for element in elements {
            var member: [UInt8] = []
            switch form {
            case .targets:
                guard let id = element.id else {
                    throw KLVError(kind: .missingItem, tag: tag, description: "a target needs its id")
                }
                BER.append(identifier: id, to: &member)
                member += try set(element.items, ST0903.vTarget)
            case .sets(let table): member = try set(element.items, table.table)
            case .packs(let fields, let ends): member = try pack(element.items, fields, ends, tag)
            case .counts: member = try number(element.items, 1, .count, tag)
            case .pixelRuns:
                let pixel = try number(element.items, 1, .count, tag)
                BER.append(length: pixel.count, to: &member)
                member += pixel
                let run = element.items.value(2)?.count ?? 0
                BER.append(length: Int(min(run, 0xFFFF_FFFF)), to: &member)
            default: throw wrongKind(tag)
            }
            BER.append(length: member.count, to: &bytes)
            bytes += member
        }
        return bytes
    }

    private static func pack(
        _ items: [LocalSetItem], _ fields: [ItemDefinition], _ ends: [Int], _ tag: Int
    ) throws(KLVError) -> [UInt8] {
        guard ends.contains(items.count) else {
            throw KLVError(kind: .missingItem, tag: tag, description: "item \(tag) is a pack of \(ends) fields")
        }
        var bytes: [UInt8] = []
        for field in fields.prefix(items.count) {
            if NumberForm.width(field.form) != nil {
                bytes += try number(items, field.tag, field.form, tag)
                continue
            }
            guard let value = items.value(field.tag), value != .unknown || field.form.mayBeEmpty else {
                throw KLVError(kind: .missingItem, tag: tag, description: "item \(tag) lacks field \(field.tag)")
            }
            if case .measured(let form) = field.form {
                let content = try content(value, form, tag)
                BER.append(length: content.count, to: &bytes)
                bytes += content
            } else {
                bytes += try content(value, field.form, tag)
            }
        }
        return bytes
    }

    private static func identifiers(_ items: [LocalSetItem], _ tag: Int) throws(KLVError) -> [UInt8] {
        var bytes: [UInt8] = []
        for item in items {
            guard let id = item.value.count else { throw wrongKind(tag) }
            BER.append(identifier: id, to: &bytes)
        }
        return bytes
    }

    private static func number(
        _ items: [LocalSetItem], _ field: Int, _ form: ItemForm, _ tag: Int
    ) throws(KLVError) -> [UInt8] {
        guard let value = items.value(field) else {
            throw KLVError(kind: .missingItem, tag: tag, description: "item \(tag) lacks field \(field)")
        }
        guard let bytes = NumberForm.encode(value, form) else { throw wrongKind(tag) }
        return bytes
    }

    private static func wrongKind(_ tag: Int) -> KLVError {
        KLVError(kind: .wrongKind, tag: tag, description: "the value's kind is not that of item \(tag)")
    }
}
