/// Where the members of a JSON object lie in its bytes. Reads no further than it is asked, and trusts nothing: what it is
/// given may be damaged or forged.
struct JSONScan: Sendable {
    private var names: [Range<Int>] = []
    private var values: [Range<Int>] = []
    private let bytes: ArraySlice<UInt8>

    /// Nil unless `bytes` are one object and nothing else, in which no name stands twice or with an escape: of two members of
    /// one name some readers take the first and some the last. Values are not looked into.
    init?(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        guard bytes.first == 123, bytes.last == 125, bytes.count >= 2 else { return nil }
        var at = bytes.startIndex + 1
        let end = bytes.endIndex - 1
        if at == end { return }
        while true {
            guard at < end, bytes[at] == 34, let nameEnd = Self.skipString(bytes, from: at, to: end),
                nameEnd < end, bytes[nameEnd] == 58,
                let valueEnd = Self.skipValue(bytes, from: nameEnd + 1, to: end)
            else { return nil }
            names.append(at + 1..<nameEnd - 1)
            values.append(nameEnd + 1..<valueEnd)
            if valueEnd == end { break }
            guard bytes[valueEnd] == 44 else { return nil }
            at = valueEnd + 1
        }
        guard isUnambiguous else { return nil }
    }

    private var isUnambiguous: Bool {
        var seen: Set<ArraySlice<UInt8>> = []
        seen.reserveCapacity(min(names.count, 64))
        return names.allSatisfy { !bytes[$0].contains(92) && seen.insert(bytes[$0]).inserted }
    }

    /// The bytes of a member's value.
    subscript(_ name: StaticString) -> ArraySlice<UInt8>? {
        let wanted = Array(name.description.utf8)
        for (index, range) in names.enumerated() where range.count == wanted.count {
            if bytes[range].elementsEqual(wanted) { return bytes[values[index]] }
        }
        return nil
    }

    func object(_ name: StaticString) -> JSONScan? { self[name].flatMap { JSONScan($0) } }

    /// A string without escapes; nil for any other.
    func text(_ name: StaticString) -> String? {
        guard let value = self[name], value.count >= 2, value.first == 34, !value.contains(92) else { return nil }
        return String(decoding: value.dropFirst().dropLast(), as: UTF8.self)
    }

    func integer(_ name: StaticString) -> Int64? {
        guard let value = self[name], (1...20).contains(value.count) else { return nil }
        return Int64(String(decoding: value, as: UTF8.self))
    }

    /// The elements of an array; nil when the member is none.
    func elements(_ name: StaticString) -> [ArraySlice<UInt8>]? { self[name].flatMap(Self.elements) }

    static func elements(_ value: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        guard value.first == 91, value.last == 93, value.count >= 2 else { return nil }
        var found: [ArraySlice<UInt8>] = []
        var at = value.startIndex + 1
        let end = value.endIndex - 1
        if at == end { return found }
        while true {
            guard let next = skipValue(value, from: at, to: end) else { return nil }
            found.append(value[at..<next])
            if next == end { return found }
            guard value[next] == 44 else { return nil }
            at = next + 1
        }
    }

    /// The members in their order, for a reader that wants all of them.
    func eachMember(_ body: (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void) {
        for (name, value) in zip(names, values) { body(bytes[name], bytes[value]) }
    }

    /// Behind the string that begins at `from`.
    private static func skipString(_ bytes: ArraySlice<UInt8>, from: Int, to end: Int) -> Int? {
        var at = from + 1
        while at < end {
            switch bytes[at] {
            case 34: return at + 1
            case 92: at += 2
            default: at += 1
            }
        }
        return nil
    }

    /// Behind the value that begins at `from`: a string, a bracketed value, or what goes on to a comma or a closing bracket.
    private static func skipValue(_ bytes: ArraySlice<UInt8>, from: Int, to end: Int) -> Int? {
        guard from < end else { return nil }
        switch bytes[from] {
        case 34: return skipString(bytes, from: from, to: end)
        case 91, 123:
            var depth = 0
            var at = from
            while at < end {
                switch bytes[at] {
                case 34:
                    guard let next = skipString(bytes, from: at, to: end) else { return nil }
                    at = next
                    continue
                case 91, 123: depth += 1
                case 93, 125:
                    depth -= 1
                    if depth == 0 { return at + 1 }
                default: break
                }
                at += 1
            }
            return nil
        default:
            var at = from
            while at < end, bytes[at] != 44, bytes[at] != 93, bytes[at] != 125 { at += 1 }
            return at > from ? at : nil
        }
    }
}
