/// A reference in braces: a path of names, then filters.
struct TemplateReference: Sendable, Hashable {
    var path: [String]
    var filters: [TemplateFilter]
    /// Unicode scalars from the start of the text, counted from 1.
    var column: Int
}

/// Text with references in it: `http://…/${finding.id}`, `${place.longitude | number(6)}`.
struct TemplateText: Sendable, Hashable {
    enum Piece: Sendable, Hashable {
        case text(String)
        case reference(TemplateReference)
    }

    /// What is wrong, and where in the text.
    struct Fault: Error, Sendable, Hashable {
        var column: Int
        var message: String
        var hint = ""
    }

    var pieces: [Piece]

    /// The only reference of a text that is nothing else: its value keeps its type.
    var whole: TemplateReference? {
        if pieces.count == 1, case .reference(let reference) = pieces[0] { reference } else { nil }
    }

    var references: [TemplateReference] {
        pieces.compactMap { if case .reference(let reference) = $0 { reference } else { nil } }
    }

    init(_ text: String) throws(Fault) {
        var reader = TemplateReader(scalars: Array(text.unicodeScalars))
        pieces = try reader.pieces()
    }
}

/// Reads template text, looking before every step.
private struct TemplateReader {
    let scalars: [Unicode.Scalar]
    var index = 0

    private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private func fault(_ message: String, _ hint: String = "") -> TemplateText.Fault {
        TemplateText.Fault(column: index + 1, message: message, hint: hint)
    }

    mutating func pieces() throws(TemplateText.Fault) -> [TemplateText.Piece] {
        var pieces: [TemplateText.Piece] = []
        var text = String.UnicodeScalarView()
        while let scalar = next {
            guard scalar == "$", index + 1 < scalars.count, scalars[index + 1] == "{" else {
                text.append(scalar)
                index += 1
                continue
            }
            if !text.isEmpty { pieces.append(.text(String(text))) }
            text = String.UnicodeScalarView()
            index += 2
            pieces.append(.reference(try reference()))
        }
        if !text.isEmpty { pieces.append(.text(String(text))) }
        return pieces
    }

    private mutating func reference() throws(TemplateText.Fault) -> TemplateReference {
        skipSpace()
        let column = index + 1
        var path = [try name("a name such as finding.id")]
        while next == "." {
            index += 1
            path.append(try name("a name after the full stop"))
        }
        var filters: [TemplateFilter] = []
        while true {
            skipSpace()
            switch next {
            case "}":
                index += 1
                return TemplateReference(path: path, filters: filters, column: column)
            case "|":
                index += 1
                filters.append(try filter())
            default: throw fault("“}” or “|” is wanted here", "write ${finding.id} or ${finding.id | upper}")
            }
        }
    }

    private mutating func filter() throws(TemplateText.Fault) -> TemplateFilter {
        skipSpace()
        let start = index
        let name = try name("the name of a filter")
        var arguments: [String] = []
        if next == "(" {
            index += 1
            skipSpace()
            while next != ")" {
                arguments.append(try argument())
                skipSpace()
                if next == "," {
                    index += 1
                    skipSpace()
                } else if next != ")" {
                    throw fault("“,” or “)” is wanted here")
                }
            }
            index += 1
        }
        do {
            return try TemplateFilter(name, arguments)
        } catch {
            throw TemplateText.Fault(column: start + 1, message: error.message, hint: error.hint)
        }
    }

    private mutating func argument() throws(TemplateText.Fault) -> String {
        var text = String.UnicodeScalarView()
        if let quote = next, quote == "'" || quote == "\"" {
            index += 1
            while let scalar = next, scalar != quote {
                text.append(scalar)
                index += 1
            }
            guard next == quote else { throw fault("a quoted text is not ended") }
            index += 1
            return String(text)
        }
        while let scalar = next, scalar != ",", scalar != ")", scalar != "}" {
            text.append(scalar)
            index += 1
        }
        let word = String(text).split(separator: " ").joined(separator: " ")
        guard !word.isEmpty else { throw fault("an argument is wanted here") }
        return word
    }

    private mutating func name(_ wanted: String) throws(TemplateText.Fault) -> String {
        var text = String.UnicodeScalarView()
        while let scalar = next, scalar == "_" || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) {
            text.append(scalar)
            index += 1
        }
        guard !text.isEmpty else { throw fault("\(wanted) is wanted here") }
        return String(text)
    }

    private mutating func skipSpace() { while next == " " { index += 1 } }
}
