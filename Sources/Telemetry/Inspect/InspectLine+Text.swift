import KLV

extension InspectLine {
    /// The packet for people: a heading, then a line for each item with its number, name, value and unit in columns. Values
    /// have the decimals that mean something, and the standard's word beside a number that stands for one.
    public var text: String {
        var heading = [decoded.set.rawValue]
        if let pid { heading.append("pid \(pid)") }
        if let ptsMicroseconds { heading.append("pts \(ptsMicroseconds) us") }
        heading.append("checksum \(decoded.checksum.rawValue)")
        if !decoded.isComplete { heading.append("truncated") }
        var lines = [heading.joined(separator: "  ")]
        Self.append(decoded.items, of: decoded.set, depth: 1, to: &lines)
        return lines.joined(separator: "\n")
    }

    private static func append(
        _ items: [LocalSetItem], of set: SetKind?, depth: Int, to lines: inout [String]
    ) {
        let indent = String(repeating: "  ", count: depth)
        let width = items.map(\.name.count).max() ?? 0
        for item in items {
            let tag = String(item.tag)
            let name = indent + String(repeating: " ", count: max(4 - tag.count, 0)) + tag + "  " + item.name
            let head = name + String(repeating: " ", count: width - item.name.count)
            switch item.value {
            case .set(let nested):
                lines.append(name)
                append(nested, of: nil, depth: depth + 3, to: &lines)
            case .series(let elements):
                lines.append(head + "  \(elements.count)")
                for (index, element) in elements.enumerated() {
                    let id = element.id.map { String($0) } ?? String(index + 1)
                    lines.append(indent + "      " + memberName(item.name) + " " + id)
                    append(element.items, of: nil, depth: depth + 4, to: &lines)
                }
            default:
                let unit = item.unit.isEmpty || item.value.number == nil ? "" : " " + item.unit
                let issue = item.issue.map { "  (\($0.rawValue))" } ?? ""
                let word = set.flatMap { ItemMeaning.word(item, of: $0) }.map { "  (\($0))" } ?? ""
                lines.append(head + "  " + plain(item) + unit + word + issue)
            }
        }
    }

    private static func plain(_ item: LocalSetItem) -> String {
        switch item.value {
        case .unknown: "unknown"
        case .unsigned(let number): String(number)
        case .signed(let number): String(number)
        case .real(let number): ItemMeaning.text(number, decimals: ItemMeaning.decimals(item))
        case .text(let text): "\"" + text.shown + "\""
        case .special(let special): special.rawValue
        case .raw(let bytes): "0x" + hex(bytes)
        case .set, .series: ""
        }
    }
}
