/// Walks the items of a set and decodes each by its table.
struct LocalSetReader: Sendable {
    let bytes: [UInt8]
    var vmti: VMTIState
    var issues: [LocalSetItem.Issue: Int] = [:]
    /// Inside a VMTI set of ST 0903 before .4.
    private var isLegacy = false

    init(_ bytes: [UInt8], vmti: VMTIState) {
        self.bytes = bytes
        self.vmti = vmti
    }

    mutating func items(_ table: SetTable, _ range: Range<Int>) -> (items: [LocalSetItem], isComplete: Bool) {
        let table = table.table
        var items: [LocalSetItem] = []
        var cursor = ByteCursor(bytes, range)
        while !cursor.isAtEnd {
            guard let tag = cursor.identifier(), let length = cursor.length(), let value = cursor.range(length) else {
                return (items, false)
            }
            items.append(item(tag, table[tag], value))
        }
        return (items, true)
    }

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

    /// A VMTI set: whether it is a legacy one is settled before its targets are read.
    mutating func vmtiItems(_ range: Range<Int>) -> (items: [LocalSetItem], isComplete: Bool) {
        let outer = isLegacy
        defer { isLegacy = outer }
        isLegacy = isLegacyVMTI(range)
        let decoded = items(.vmti, range)
        vmti.note(decoded.items)
        return decoded
    }

    private mutating func item(_ tag: Int, _ definition: ItemDefinition?, _ range: Range<Int>) -> LocalSetItem {
        guard let definition else {
            issues[.unknownTag, default: 0] += 1
            let value: LocalSetValue = range.isEmpty ? .unknown : .raw(Array(bytes[range]))
            return LocalSetItem(tag: tag, name: "item\(tag)", unit: "", value: value, issue: .unknownTag)
        }
        var issue: LocalSetItem.Issue?
        let value: LocalSetValue
        if range.isEmpty {
            value = .unknown
        } else {
            let form = isLegacy ? definition.legacy ?? definition.form : definition.form
            value = self.value(form, range, &issue) ?? .raw(Array(bytes[range]))
        }
        if let issue { issues[issue, default: 0] += 1 }
        return LocalSetItem(tag: tag, name: definition.name, unit: definition.unit, value: value, issue: issue)
    }

    /// Nil, with an issue, when the bytes do not fit the form.
    private mutating func value(
        _ form: ItemForm, _ range: Range<Int>, _ issue: inout LocalSetItem.Issue?
    ) -> LocalSetValue? {
        switch form {
        case .unsigned, .count, .signed, .signedCount, .linear, .symmetric, .offset, .imapb:
            let number = NumberForm.decode(form, bytes, range)
            if number == nil { issue = .wrongLength }
            return number
        case .text:
            return text(String(validating: bytes[range], as: UTF8.self), range, &issue) {
                String(decoding: $0, as: UTF8.self)
            }
        case .wideText:
            let units = stride(from: range.lowerBound, to: range.upperBound - 1, by: 2).map {
                UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
            }
            let exact = range.count % 2 == 0 ? String(validating: units, as: UTF16.self) : nil
            return text(exact, range, &issue) { _ in String(decoding: units, as: UTF16.self) }
        case .uuid:
            guard range.count == 16 else {
                issue = .wrongLength
                return nil
            }
            return .text(UUIDText.canonical(bytes[range]))
        case .bytes:
            return .raw(Array(bytes[range]))
        default:
            let nested = nestedValue(form, range)
            if nested == nil, form != .opaqueSet { issue = .malformedSet }
            return nested
        }
    }

    private func text(
        _ exact: String?, _ range: Range<Int>, _ issue: inout LocalSetItem.Issue?,
        repaired: (ArraySlice<UInt8>) -> String
    ) -> LocalSetValue {
        if let exact { return .text(exact) }
        issue = .badText
        return .text(repaired(bytes[range]))
    }

    private mutating func nestedValue(_ form: ItemForm, _ range: Range<Int>) -> LocalSetValue? {
        switch form {
        case .set(let table):
            let decoded = table == .vmti ? vmtiItems(range) : items(table, range)
            return decoded.isComplete ? .set(decoded.items) : nil
        case .sets(let table):
            return series(range) { reader, member in
                let decoded = reader.items(table, member)
                return decoded.isComplete ? SeriesElement(items: decoded.items) : nil
            }
        case .targets:
            return series(range) { reader, member in
                var cursor = ByteCursor(reader.bytes, member)
                guard let id = cursor.identifier() else { return nil }
                let decoded = reader.items(.vTarget, cursor.position..<cursor.end)
                return decoded.isComplete ? SeriesElement(id: UInt64(id), items: decoded.items) : nil
            }
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
            return identifiers(names, repeats, range)
        case .command:
            return PackForm.command(bytes, range)
        case .coreIdentifier:
            return PackForm.coreIdentifier(bytes, range)
        case .opaqueSet:
            let decoded = opaqueItems(range)
            return decoded.isComplete ? .set(decoded.items) : nil
        default:
            return nil
        }
    }

    private mutating func series(
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

    private func pack(_ fields: [ItemDefinition], _ ends: [Int], _ range: Range<Int>) -> [LocalSetItem]? {
        var items: [LocalSetItem] = []
        var cursor = ByteCursor(bytes, range)
        for field in fields {
            if cursor.isAtEnd, ends.contains(items.count) { break }
            guard let length = NumberForm.width(field.form), let value = cursor.range(length),
                let number = NumberForm.decode(field.form, bytes, value)
            else { return nil }
            items.append(LocalSetItem(tag: field.tag, name: field.name, unit: field.unit, value: number))
        }
        return cursor.isAtEnd ? items : nil
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
            guard repeats || items.count < names.count, let id = cursor.identifier() else { return nil }
            let name = names[items.count % names.count]
            items.append(LocalSetItem(tag: items.count + 1, name: name, unit: "", value: .unsigned(UInt64(id))))
        }
        return .set(items)
    }

    /// Version below 4; where no set of the stream said its version, a latitude or longitude with its top bit set: IMAPB
    /// leaves that to special values, the linear mapping of before gives it to half the globe. Source: example G.
    private func isLegacyVMTI(_ range: Range<Int>) -> Bool {
        var looksLegacy = false
        var cursor = ByteCursor(bytes, range)
        while let tag = cursor.identifier(), let length = cursor.length(), let value = cursor.range(length) {
            if tag == 4, (1...8).contains(value.count) { return cursor.unsigned(value) < 4 }
            if tag == 101 { looksLegacy = hasLegacyLocation(value) }
        }
        return vmti.version.map { $0 < 4 } ?? looksLegacy
    }

    private func hasLegacyLocation(_ range: Range<Int>) -> Bool {
        var series = ByteCursor(bytes, range)
        while let length = series.length(), let target = series.range(length) {
            var cursor = ByteCursor(bytes, target)
            guard cursor.identifier() != nil else { continue }
            while let tag = cursor.identifier(), let length = cursor.length(), let value = cursor.range(length) {
                guard tag == 17, value.count >= 10 else { continue }
                if bytes[value.lowerBound] >= 0x80 || bytes[value.lowerBound + 4] >= 0x80 { return true }
            }
        }
        return false
    }
}
