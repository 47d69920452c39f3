/// Text with `${name}` in it, as a signing scheme writes down what is signed and which headers carry it.
struct SignedText: Sendable, Hashable {
    private enum Piece: Sendable, Hashable {
        case text(String)
        case name(String)
    }

    private let pieces: [Piece]

    /// `names`: what may stand in braces.
    init(_ text: String, names: Set<String>) throws(DeliveryError) {
        var pieces: [Piece] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            if start.lowerBound > rest.startIndex { pieces.append(.text(String(rest[..<start.lowerBound]))) }
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                throw DeliveryError(kind: .invalidOption, description: "signing: “${” without “}”")
            }
            let name = String(rest[start.upperBound..<end])
            guard names.contains(name) else {
                throw DeliveryError(
                    kind: .invalidOption,
                    description:
                        "signing: ${\(AnswerReading.printable(name))} is none of \(names.sorted().joined(separator: ", "))"
                )
            }
            pieces.append(.name(name))
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        self.pieces = pieces
    }

    func names(_ name: String) -> Bool { pieces.contains(.name(name)) }

    func filled(_ values: [String: String]) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .name(let name): values[name] ?? ""
            }
        }.joined()
    }
}

extension StringProtocol {
    /// The first occurrence of a text without another meaning. Foundation's own is not needed for it.
    fileprivate func firstRange(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
