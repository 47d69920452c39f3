/// The parts of a pattern. Groups leave no trace: only whether the text matches is asked.
indirect enum RegularExpressionTree: Sendable {
    case empty
    case scalar(Unicode.Scalar)
    case character(CharacterClass)
    case assert(RegularExpression.Assertion)
    case sequence([RegularExpressionTree])
    case alternatives([RegularExpressionTree])
    /// No greatest number when `most` is nil.
    case repeated(RegularExpressionTree, least: Int, most: Int?)
}

/// Turns the tree of a pattern into instructions (Thompson's construction).
struct RegularExpressionAssembler {
    private(set) var program: [RegularExpression.Instruction] = []
    /// Parts visited: repetitions of the empty pattern make no instructions, but take time.
    private var visits = 0

    mutating func append(_ instruction: RegularExpression.Instruction) throws(RegularExpressionError) {
        guard program.count < RegularExpression.programLimit else {
            throw RegularExpressionError("is too large when its repetitions are written out")
        }
        program.append(instruction)
    }

    mutating func emit(_ tree: RegularExpressionTree) throws(RegularExpressionError) {
        visits += 1
        guard visits <= 10 * RegularExpression.programLimit else {
            throw RegularExpressionError("is too large when its repetitions are written out")
        }
        switch tree {
        case .empty: break
        case .scalar(let scalar): try append(.scalar(scalar))
        case .character(let set): try append(.character(set))
        case .assert(let assertion): try append(.assert(assertion))
        case .sequence(let parts):
            for part in parts { try emit(part) }
        case .alternatives(let parts): try alternatives(parts)
        case .repeated(let part, let least, let most): try repetition(part, least, most)
        }
    }

    private mutating func alternatives(_ parts: [RegularExpressionTree]) throws(RegularExpressionError) {
        var exits: [Int] = []
        for (index, part) in parts.enumerated() {
            guard index + 1 < parts.count else {
                try emit(part)
                break
            }
            let split = program.count
            try append(.split(split + 1, 0))
            try emit(part)
            exits.append(program.count)
            try append(.jump(0))
            program[split] = .split(split + 1, program.count)
        }
        for exit in exits { program[exit] = .jump(program.count) }
    }

    private mutating func repetition(
        _ part: RegularExpressionTree, _ least: Int, _ most: Int?
    ) throws(RegularExpressionError) {
        for _ in 0..<least { try emit(part) }
        guard let most else {
            let split = program.count
            try append(.split(split + 1, 0))
            try emit(part)
            try append(.jump(split))
            program[split] = .split(split + 1, program.count)
            return
        }
        var splits: [Int] = []
        for _ in least..<max(least, most) {
            splits.append(program.count)
            try append(.split(program.count + 1, 0))
            try emit(part)
        }
        for split in splits { program[split] = .split(split + 1, program.count) }
    }
}
