/// Why a line is not of the analyser dialect.
public struct AnalysisFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// By which refused messages are counted.
    public enum Reason: String, Sendable, Hashable {
        case json = "bad_json"
        case depth = "bad_depth"
        /// JSON, of another form than the dialect's.
        case form = "bad_form"
        case otherDialect = "messages_of_other_dialects"
    }

    public var description: String
    public var reason: Reason

    init(_ description: String, _ reason: Reason = .form) {
        self.description = description
        self.reason = reason
    }
}

/// Reads JSON (RFC 8259) as its caller asks for it, without building a tree: analysers answer with many objects, many times a
/// second. Nothing is believed: every byte is looked for before it is read, depth and numbers are bounded.
struct AnalysisJSON {
    enum Kind { case object, array, string, number, bool, null }

    static let maximumDepth = 32
    static let longestNumber = 64

    private let bytes: ArraySlice<UInt8>
    /// Of the next byte; the first has 0.
    private var index = 0
    private var depth = 0

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// What comes next.
    mutating func kind() throws(AnalysisFault) -> Kind {
        var place = index
        let next = bytes.span.next(&place)
        index = place
        switch next {
        case 123: return .object
        case 91: return .array
        case 34: return .string
        case 116, 102: return .bool
        case 110: return .null
        case 45, .some(48...57): return .number
        default: throw .json("no JSON value", index)
        }
    }

    /// After the one value of the line.
    mutating func end() throws(AnalysisFault) {
        var place = index
        if bytes.span.next(&place) != nil { throw .json("more than one JSON value", place) }
    }

    // MARK: Objects and arrays

    /// `member` must read its value, or ``skip()`` it.
    mutating func object(
        _ member: (AnalysisName, inout AnalysisJSON) throws(AnalysisFault) -> Void
    ) throws(AnalysisFault) {
        try enter(123, "no object")
        if !take(125) {
            repeat {
                var place = index
                let name = try bytes.span.name(&place)
                index = place
                try member(name, &self)
            } while take(44)
            guard take(125) else { throw .json("an object without its end", index) }
        }
        depth -= 1
    }

    /// `element` must read its value, or ``skip()`` it.
    mutating func array(_ element: (inout AnalysisJSON) throws(AnalysisFault) -> Void) throws(AnalysisFault) {
        try enter(91, "no array")
        if !take(93) {
            repeat { try element(&self) } while take(44)
            guard take(93) else { throw .json("an array without its end", index) }
        }
        depth -= 1
    }

    private mutating func enter(_ byte: UInt8, _ complaint: String) throws(AnalysisFault) {
        guard take(byte) else { throw .json(complaint, index) }
        depth += 1
        guard depth <= Self.maximumDepth else { throw AnalysisFault("deeper than \(Self.maximumDepth)", .depth) }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        var place = index
        let isTaken = bytes.span.take(byte, &place)
        index = place
        return isTaken
    }

    /// Reads past one value of any kind.
    mutating func skip() throws(AnalysisFault) {
        switch try kind() {
        case .object: try object { (_, json) throws(AnalysisFault) in try json.skip() }
        case .array: try array { (json) throws(AnalysisFault) in try json.skip() }
        case .string:
            var place = index
            try bytes.span.skipString(&place)
            index = place
        case .number: _ = try number()
        case .bool: _ = try bool()
        case .null: try null()
        }
    }

    // MARK: Single values

    mutating func bool() throws(AnalysisFault) -> Bool {
        var place = index
        let value = try bytes.span.bool(&place)
        index = place
        return value
    }

    mutating func null() throws(AnalysisFault) {
        var place = index
        try bytes.span.null(&place)
        index = place
    }

    /// Always finite.
    mutating func number() throws(AnalysisFault) -> Double {
        var place = index
        let value = try bytes.span.number(&place)
        index = place
        return value
    }

    mutating func string() throws(AnalysisFault) -> String {
        var place = index
        if let plain = bytes.span.plainASCII(&place) {
            index = place
            return String(decoding: bytes.dropFirst(plain.lowerBound).prefix(plain.count), as: UTF8.self)
        }
        let value = try bytes.span.string(&place)
        index = place
        return value
    }
}

extension AnalysisFault {
    /// Of a place in the line, from 0.
    @inline(never)
    static func json(_ text: String, _ place: Int) -> AnalysisFault { AnalysisFault("\(text) at byte \(place)", .json) }
}
