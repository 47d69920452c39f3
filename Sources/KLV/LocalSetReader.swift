/// Walks the items of a set and decodes each by its table.
struct LocalSetReader: Sendable {
    let bytes: [UInt8]
    var vmti: VMTIState
    var issues: [LocalSetItem.Issue: Int] = [:]
    /// Inside a VMTI set of ST 0903 before .4.
    private var isLegacy = false
    private var depth = 0
    /// Numbers that the lists and arrays of this packet may still hold: a bit is one of them, an item of memory each.
    var listBudget = listLimit
    static let listLimit = 4 * ArrayPack.limit
    /// Sets and packs in one another; deeper ones stay raw.
    static let deepest = 24

    init(_ bytes: [UInt8], vmti: VMTIState) {
        self.bytes = bytes
        self.vmti = vmti
    }

    mutating func items(_ table: SetTable, _ range: Range<Int>) -> (items: [LocalSetItem], isComplete: Bool) {
        let table = table.table
        var items: [LocalSetItem] = []
        items.reserveCapacity(min(range.count / 6, 64))
        var cursor = ByteCursor(bytes, range)
        while !cursor.isAtEnd {
            guard let tag = cursor.identifier(), let length = cursor.length(), let value = cursor.range(length) else {
                return (items, false)
            }
            items.append(item(tag, table[tag], value, after: items))
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

    mutating func item(
        _ tag: Int, _ definition: ItemDefinition?, _ range: Range<Int>, after preceding: [LocalSetItem]
    ) -> LocalSetItem {
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
            value = self.value(form, range, &issue, after: preceding) ?? .raw(Array(bytes[range]))
        }
        if let issue { issues[issue, default: 0] += 1 }
        return LocalSetItem(tag: tag, name: definition.name, unit: definition.unit, value: value, issue: issue)
    }

    /// Nil, with an issue, when the bytes do not fit the form.
    mutating func value(
        _ form: ItemForm, _ range: Range<Int>, _ issue: inout LocalSetItem.Issue?, after preceding: [LocalSetItem]
    ) -> LocalSetValue? {
        switch form {
        case .unsigned, .count, .signed, .signedCount, .linear, .symmetric, .offset, .imapb, .real, .identifier:
            let number = NumberForm.decode(form, bytes, range)
            if number == nil { issue = .wrongLength }
            return number
        case .text:
            return text(String(validating: bytes[range], as: UTF8.self), range, &issue) {
                String(decoding: $0, as: UTF8.self)
            }
        case .wideText:
            // The standard says UTF-16; encoders that write plain ASCII are common, and no code is of characters that
            // pairs of ASCII letters would make.
            if bytes[range].allSatisfy({ (0x20...0x7E).contains($0) }), !range.isEmpty {
                return .text(String(decoding: bytes[range], as: UTF8.self))
            }
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
        case .userData:
            return PackForm.userData(bytes, range, after: preceding)
        default:
            depth += 1
            defer { depth -= 1 }
            let nested =
                depth > Self.deepest
                ? nil : nestedValue(form, range, after: preceding) ?? packValue(form, range)
            if nested == nil { issue = .malformedSet }
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

    private mutating func nestedValue(
        _ form: ItemForm, _ range: Range<Int>, after preceding: [LocalSetItem]
    ) -> LocalSetValue? {
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
        case .deviations:
            return DeviationPack.decode(bytes, range, after: preceding)
        default:
            return nil
        }
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
