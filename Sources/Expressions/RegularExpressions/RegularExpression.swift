/// Why a pattern is none.
struct RegularExpressionError: Error, Sendable {
    /// Continues "the pattern …".
    let message: String

    init(_ message: String) { self.message = message }
}

/// A pattern in the syntax of RE2, matched by simulating its automaton: time grows with the text times the pattern, never
/// more. Source: RE2, doc/syntax.txt.
struct RegularExpression: Sendable {
    enum Instruction: Sendable {
        case scalar(Unicode.Scalar)
        case character(CharacterClass)
        case assert(Assertion)
        case jump(Int)
        /// Tries the first before the second.
        case split(Int, Int)
        /// Notes the place in a slot: two for each group, its start and its end.
        case save(Int)
        case match
    }

    enum Assertion: Sendable {
        case textStart, textEnd, lineStart, lineEnd, wordBoundary, notWordBoundary
    }

    /// Bytes of a pattern.
    static let patternLimit = 4096
    /// Instructions after counted repetitions are unrolled.
    static let programLimit = 10_000
    /// Groups of a pattern that keeps them.
    static let groupLimit = 32

    let program: [Instruction]
    /// Groups of the pattern.
    let groupCount: Int

    /// Only a pattern that keeps its groups can say where a text matches.
    init(_ pattern: String, keepsGroups: Bool = false) throws(RegularExpressionError) {
        guard pattern.utf8.count <= Self.patternLimit else {
            throw RegularExpressionError("has more than \(Self.patternLimit) bytes")
        }
        let (tree, groups) = try RegularExpressionParser.parse(pattern)
        groupCount = groups
        guard !keepsGroups || groups <= Self.groupLimit else {
            throw RegularExpressionError("has more than \(Self.groupLimit) groups")
        }
        var assembler = RegularExpressionAssembler(keepsGroups: keepsGroups)
        try assembler.emit(tree)
        try assembler.append(.match)
        program = assembler.program
    }

    /// True when some part of the text matches.
    func matches(_ text: String, _ meter: inout Meter) throws(EvaluationError) -> Bool {
        var current = StateSet(count: program.count)
        var next = StateSet(count: program.count)
        var previous: Unicode.Scalar?
        var rest = text.unicodeScalars[...]
        while true {
            let scalar = rest.popFirst()
            // A match may start here: the search is not anchored.
            if current.add(0, in: program, between: previous, and: scalar) { return true }
            guard let scalar else { return false }
            try meter.charge(1 + current.visits >> 3)
            let following = rest.first
            next.removeAll()
            for state in current.states where accepts(program[state], scalar) {
                if next.add(state + 1, in: program, between: scalar, and: following) { return true }
            }
            swap(&current, &next)
            previous = scalar
        }
    }

    func accepts(_ instruction: Instruction, _ scalar: Unicode.Scalar) -> Bool {
        switch instruction {
        case .scalar(let wanted): wanted == scalar
        case .character(let set): set.contains(scalar)
        default: false
        }
    }
}

/// The states an automaton is in, each once.
private struct StateSet {
    private(set) var states: [Int] = []
    /// Instructions visited since the last `removeAll`: what the set has cost.
    private(set) var visits = 0
    private var marks: [Int]
    private var generation = 1
    private var pending: [Int] = []

    init(count: Int) { marks = Array(repeating: 0, count: count) }

    mutating func removeAll() {
        states.removeAll(keepingCapacity: true)
        generation += 1
        visits = 0
    }

    /// Adds a state and all that it leads to without reading. True when a match is among them.
    mutating func add(
        _ start: Int, in program: [RegularExpression.Instruction], between previous: Unicode.Scalar?,
        and following: Unicode.Scalar?
    ) -> Bool {
        pending.append(start)
        while let state = pending.popLast() {
            guard marks[state] != generation else { continue }
            marks[state] = generation
            visits += 1
            switch program[state] {
            case .match:
                pending.removeAll(keepingCapacity: true)
                return true
            case .jump(let target): pending.append(target)
            case .split(let first, let second):
                pending.append(second)
                pending.append(first)
            case .assert(let assertion):
                if assertion.holds(between: previous, and: following) { pending.append(state + 1) }
            case .save: pending.append(state + 1)
            case .scalar, .character: states.append(state)
            }
        }
        return false
    }
}

extension RegularExpression.Assertion {
    func holds(between previous: Unicode.Scalar?, and following: Unicode.Scalar?) -> Bool {
        switch self {
        case .textStart: previous == nil
        case .textEnd: following == nil
        case .lineStart: previous == nil || previous == "\n"
        case .lineEnd: following == nil || following == "\n"
        case .wordBoundary: isWord(previous) != isWord(following)
        case .notWordBoundary: isWord(previous) == isWord(following)
        }
    }

    private func isWord(_ scalar: Unicode.Scalar?) -> Bool {
        scalar.map { CharacterClass.wordCharacters.contains($0) } ?? false
    }
}
