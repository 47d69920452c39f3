/// The parts of a pattern.
indirect enum RegularExpressionTree: Sendable {
    case empty
    case scalar(Unicode.Scalar)
    case character(CharacterClass)
    case assert(RegularExpression.Assertion)
    case sequence([RegularExpressionTree])
    case alternatives([RegularExpressionTree])
    /// No greatest number when `most` is nil. A lazy one takes as few as it can.
    case repeated(RegularExpressionTree, least: Int, most: Int?, isLazy: Bool)
    /// What stands between parentheses, counted from 1 by where they open.
    case group(Int, RegularExpressionTree)
}

/// Turns the tree of a pattern into instructions (Thompson's construction).
struct RegularExpressionAssembler {
    /// Without groups the program is shorter, and says only whether a text matches.
    let keepsGroups: Bool
    private(set) var program: [RegularExpression.Instruction] = []
    /// Parts visited: repetitions of the empty pattern make no instructions, but take time.
    private var visits = 0

    init(keepsGroups: Bool) { self.keepsGroups = keepsGroups }

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
        case .repeated(let part, let least, let most, let isLazy): try repetition(part, least, most, isLazy)
        case .group(let number, let part):
            if keepsGroups { try append(.save(2 * number)) }
            try emit(part)
            if keepsGroups { try append(.save(2 * number + 1)) }
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
        _ part: RegularExpressionTree, _ least: Int, _ most: Int?, _ isLazy: Bool
    ) throws(RegularExpressionError) {
        for _ in 0..<least { try emit(part) }
        guard let most else {
            // A round that took nothing leads out, not to what the part prefers less: x* is (x+)?.
            let entry = program.count
            try append(.split(0, 0))
            try emit(part)
            let end = program.count
            try append(.split(0, 0))
            for split in [entry, end] { setExit(of: split, into: entry + 1, isLazy) }
            return
        }
        var splits: [Int] = []
        for _ in least..<max(least, most) {
            splits.append(program.count)
            try append(.split(program.count + 1, 0))
            try emit(part)
        }
        for split in splits { setExit(of: split, into: split + 1, isLazy) }
    }

    /// Lets a split lead into its part or past the end of the program, whichever is preferred first.
    private mutating func setExit(of split: Int, into part: Int, _ isLazy: Bool) {
        program[split] = isLazy ? .split(program.count, part) : .split(part, program.count)
    }
}
