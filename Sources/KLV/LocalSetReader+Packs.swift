/// Packs, and sets of other shapes.
extension LocalSetReader {
    /// Items of a set whose standard is not decoded here.
    mutating func opaqueItems(_ range: Range<Int>) -> (items: [LocalSetItem], isComplete: Bool) {
        var items: [LocalSetItem] = []
        var cursor = ByteCursor(bytes, range)
        while !cursor.isAtEnd {
            guard let tag = cursor.identifier(), let length = cursor.length(), let value = cursor.range(length) else {
                return (items, false)
            }
            let content: LocalSetValue = value.isEmpty ? .unknown : .raw(Array(bytes[value]))
            items.append(LocalSetItem(tag: tag, name: "item\(tag)", unit: "", value: content))
        }
        return (items, true)
    }

    /// Items of a universal set: keys of 16 bytes in place of tags. An unknown key is the item's name, its tag is 0.
    mutating func universalItems(_ range: Range<Int>) -> (items: [LocalSetItem], isComplete: Bool) {
        var items: [LocalSetItem] = []
        var cursor = ByteCursor(bytes, range)
        while !cursor.isAtEnd {
            guard let key = cursor.range(16), let length = cursor.length(), let value = cursor.range(length) else {
                return (items, false)
            }
            if let definition = EG0104.definition(bytes, at: key.lowerBound) {
                items.append(item(definition.tag, definition, value, after: items))
            } else {
                var unknown = item(0, nil, value, after: items)
                unknown.name = UUIDText.hexadecimal(bytes[key])
                items.append(unknown)
            }
        }
        return (items, true)
    }

    mutating func packValue(_ form: ItemForm, _ range: Range<Int>) -> LocalSetValue? {
        switch form {
        case .pack(let fields, let ends):
            return pack(fields, ends, range).map { .set($0) }
        case .packs(let fields, let ends):
            return series(range) { reader, member in
                reader.pack(fields, ends, member).map { SeriesElement(items: $0) }
            }
        case .counts(let name):
            return series(range) { reader, member in
                guard let value = NumberForm.decode(.count, reader.bytes, member) else { return nil }
                return SeriesElement(items: [LocalSetItem(tag: 1, name: name, unit: "", value: value)])
            }
        case .pixelRuns:
            return series(range) { reader, member in reader.pixelRun(member) }
        case .identifiers(let names, let repeats):
            return bounded(identifiers(names, repeats, range))
        case .bits(let fields, let width):
            let number = NumberForm.decode(width.map { .unsigned(bytes: $0) } ?? .identifier, bytes, range)
            return number?.count.map { BitForm.decode(fields, $0) }
        case .bitSet(let name):
            return bounded(BitForm.decodeSet(name, bytes, range))
        case .halves(let fields):
            return BitForm.decodeHalves(fields, bytes, range)
        case .array(let rows):
            return bounded(ArrayPack.decode(rows, bytes, range))
        case .command:
            return PackForm.command(bytes, range)
        case .coreIdentifier:
            return PackForm.coreIdentifier(bytes, range)
        default:
            return nil
        }
    }

    /// Nil when the packet's lists hold too much already.
    private mutating func bounded(_ value: LocalSetValue?) -> LocalSetValue? {
        let count =
            switch value {
            case .set(let items)?: items.count
            case .series(let elements)?: elements.reduce(0) { $0 + $1.items.count }
            default: 0
            }
        guard count <= listBudget else { return nil }
        listBudget -= count
        return value
    }

    mutating func series(
        _ range: Range<Int>, _ member: (inout LocalSetReader, Range<Int>) -> SeriesElement?
    ) -> LocalSetValue? {
        var elements: [SeriesElement] = []
        var cursor = ByteCursor(bytes, range)
        while !cursor.isAtEnd {
            guard let length = cursor.length(), let range = cursor.range(length), let element = member(&self, range)
            else { return nil }
            elements.append(element)
        }
        return .series(elements)
    }

    private mutating func pack(_ fields: [ItemDefinition], _ ends: [Int], _ range: Range<Int>) -> [LocalSetItem]? {
        var items: [LocalSetItem] = []
        var cursor = ByteCursor(bytes, range)
        for field in fields {
            if cursor.isAtEnd, ends.contains(items.count) { break }
            guard let item = self.field(field, &cursor) else { return nil }
            items.append(item)
        }
        return cursor.isAtEnd ? items : nil
    }

    /// Nil when the field breaks off or its bytes do not fit its form: then the whole pack is not to be trusted.
    private mutating func field(_ definition: ItemDefinition, _ cursor: inout ByteCursor) -> LocalSetItem? {
        var issue: LocalSetItem.Issue?
        let value: LocalSetValue?
        if let width = NumberForm.width(definition.form) {
            value = cursor.range(width).flatMap { NumberForm.decode(definition.form, bytes, $0) }
        } else if let extent = extent(definition.form, &cursor) {
            let form = if case .measured(let inner) = definition.form { inner } else { definition.form }
            value = extent.isEmpty ? .unknown : self.value(form, extent, &issue, after: [])
        } else {
            value = nil
        }
        guard let value else { return nil }
        if let issue { issues[issue, default: 0] += 1 }
        return LocalSetItem(
            tag: definition.tag, name: definition.name, unit: definition.unit, value: value, issue: issue)
    }

    /// The bytes of a field that has no width of its own.
    private func extent(_ form: ItemForm, _ cursor: inout ByteCursor) -> Range<Int>? {
        switch form {
        case .identifier, .bits(_, bytes: nil):
            let start = cursor.position
            return cursor.identifier().map { _ in start..<cursor.position }
        case .measured: return cursor.length().flatMap { cursor.range($0) }
        case .uuid: return cursor.range(16)
        default: return cursor.range(cursor.remaining)
        }
    }

    private func pixelRun(_ range: Range<Int>) -> SeriesElement? {
        var cursor = ByteCursor(bytes, range)
        guard let length = cursor.length(), let pixel = cursor.range(length),
            let number = NumberForm.decode(.count, bytes, pixel), let run = cursor.length(), cursor.isAtEnd
        else { return nil }
        return SeriesElement(items: [
            LocalSetItem(tag: 1, name: "pixelNumber", unit: "", value: number),
            LocalSetItem(tag: 2, name: "run", unit: "px", value: .unsigned(UInt64(run))),
        ])
    }

    private func identifiers(_ names: [String], _ repeats: Bool, _ range: Range<Int>) -> LocalSetValue? {
        var items: [LocalSetItem] = []
        var cursor = ByteCursor(bytes, range)
        while !cursor.isAtEnd {
            guard repeats ? items.count < ArrayPack.limit : items.count < names.count, let id = cursor.identifier()
            else { return nil }
            let name = names[items.count % names.count]
            items.append(LocalSetItem(tag: items.count + 1, name: name, unit: "", value: .unsigned(UInt64(id))))
        }
        return .set(items)
    }
}
