/// The YAML that docs/openapi.yaml is written in: block mappings and lists, flow collections on one line, plain and
/// double-quoted scalars, and folded text (which is skipped).
indirect enum YAMLNode: Sendable {
    case text(String)
    case list([YAMLNode])
    case map([(key: String, value: YAMLNode)])

    init(text: String) {
        let lines = text.split(separator: "\n").filter { !$0.allSatisfy { $0 == " " } }.map(Line.init)
        var reader = BlockReader(lines: lines)
        self = reader.block(from: 0)
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var items: [YAMLNode]? { if case .list(let items) = self { items } else { nil } }
    var members: [(key: String, value: YAMLNode)] { if case .map(let members) = self { members } else { [] } }
    subscript(key: String) -> YAMLNode? { members.first { $0.key == key }?.value }

    fileprivate struct Line {
        var indentation: Int
        var text: Substring

        init(_ line: Substring) {
            indentation = line.prefix { $0 == " " }.count
            text = line.dropFirst(indentation)
        }
    }

    private struct BlockReader {
        var lines: [Line]
        var next = 0

        mutating func block(from indentation: Int) -> YAMLNode {
            var members: [(key: String, value: YAMLNode)] = []
            var items: [YAMLNode] = []
            while next < lines.count, lines[next].indentation == indentation {
                let line = lines[next].text
                if line.hasPrefix("- ") {
                    items.append(item(line.dropFirst(2), indentation))
                    continue
                }
                var flow = FlowReader(rest: line)
                let key = flow.scalar(endingAt: ":")
                flow.rest = flow.rest.dropFirst().drop { $0 == " " }
                next += 1
                members.append((key, value(flow.rest, deeperThan: indentation)))
            }
            return items.isEmpty ? .map(members) : .list(items)
        }

        /// An item that is a mapping of several lines is read as a block two columns further in.
        private mutating func item(_ text: Substring, _ indentation: Int) -> YAMLNode {
            if text.hasPrefix("{") || !text.contains(": ") {
                next += 1
                var flow = FlowReader(rest: text)
                return flow.value()
            }
            lines[next].indentation = indentation + 2
            lines[next].text = text
            return block(from: indentation + 2)
        }

        private mutating func value(_ text: Substring, deeperThan indentation: Int) -> YAMLNode {
            let isFolded = text == ">" || text == "|"
            guard text.isEmpty || isFolded else {
                var flow = FlowReader(rest: text)
                return text.hasPrefix("{") || text.hasPrefix("[") || text.hasPrefix("\"")
                    ? flow.value() : .text(String(text))
            }
            guard next < lines.count, lines[next].indentation > indentation else { return .text("") }
            if !isFolded { return block(from: lines[next].indentation) }
            while next < lines.count, lines[next].indentation > indentation { next += 1 }
            return .text("")
        }
    }

    private struct FlowReader {
        var rest: Substring

        mutating func value() -> YAMLNode {
            rest = rest.drop { $0 == " " }
            if rest.first == "{" { return .map(sequence(until: "}") { ($0.scalar(endingAt: ":"), $0.afterColon()) }) }
            if rest.first == "[" { return .list(sequence(until: "]") { $0.value() }) }
            return .text(scalar(endingAt: ",}]"))
        }

        mutating func afterColon() -> YAMLNode {
            rest = rest.dropFirst()
            return value()
        }

        private mutating func sequence<T>(until end: Character, _ element: (inout FlowReader) -> T) -> [T] {
            var all: [T] = []
            rest = rest.dropFirst().drop { $0 == " " }
            while let first = rest.first, first != end {
                all.append(element(&self))
                rest = rest.drop { $0 == " " || $0 == "," }
            }
            rest = rest.dropFirst()
            return all
        }

        mutating func scalar(endingAt ends: String) -> String {
            if rest.first == "\"" {
                let text = rest.dropFirst().prefix { $0 != "\"" }
                rest = rest.dropFirst(text.count + 2)
                return String(text)
            }
            let text = rest.prefix { !ends.contains($0) }
            rest = rest.dropFirst(text.count)
            return String(text.drop { $0 == " " }).trimmedEnd
        }
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
