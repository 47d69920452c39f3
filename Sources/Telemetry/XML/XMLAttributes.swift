/// The attributes of a tag, as they stand in it.
enum XMLAttributes {
    struct Refusal: Error {
        var fault: XMLFault
    }

    static let nameLimit = 128

    /// What stands after the element's name. A name without a quoted value is refused, and so is a name given twice. A value
    /// longer than ``XMLScanner/textLimit`` is empty.
    static func read(_ tag: ArraySlice<UInt8>) -> Result<[(name: Substring, value: String)], Refusal> {
        var found: [(name: Substring, value: String)] = []
        var at = tag.startIndex
        while true {
            while at < tag.endIndex, XMLText.isBlank(tag[at]) { at += 1 }
            guard at < tag.endIndex else { return .success(found) }
            guard found.count < XMLScanner.attributeLimit else { return .failure(Refusal(fault: .tooLarge)) }
            let end = tag[at...].firstIndex { XMLText.isBlank($0) || $0 == UInt8(ascii: "=") } ?? tag.endIndex
            let name = tag[at..<end]
            at = end
            while at < tag.endIndex, XMLText.isBlank(tag[at]) { at += 1 }
            guard isName(name), at < tag.endIndex, tag[at] == UInt8(ascii: "=") else {
                return .failure(Refusal(fault: .malformed))
            }
            at += 1
            while at < tag.endIndex, XMLText.isBlank(tag[at]) { at += 1 }
            guard at < tag.endIndex, tag[at] == UInt8(ascii: "\"") || tag[at] == UInt8(ascii: "'"),
                let close = tag[(at + 1)...].firstIndex(of: tag[at])
            else { return .failure(Refusal(fault: .malformed)) }
            guard let value = XMLText.resolved(tag[(at + 1)..<close]) else {
                return .failure(Refusal(fault: .entity))
            }
            let key = Substring(String(decoding: name, as: UTF8.self))
            guard !found.contains(where: { $0.name == key }) else { return .failure(Refusal(fault: .malformed)) }
            found.append((key, value.utf8.count > XMLScanner.textLimit ? "" : value))
            at = close + 1
        }
    }

    /// Letters, digits and what else a name may hold; not a digit at its start.
    static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, bytes.count <= nameLimit, isLetter(first) else { return false }
        return bytes.allSatisfy { isLetter($0) || (45...46).contains($0) || (48...57).contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte) || byte == 95 || byte == 58 || byte >= 0x80
    }
}
