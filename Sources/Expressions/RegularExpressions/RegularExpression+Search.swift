extension RegularExpression {
    /// Where a text matches: the bounds of the whole match and of each group, in code points. A group that took no part
    /// has none.
    struct Match: Sendable {
        fileprivate let slots: [Int]

        var range: Range<Int> { slots[0]..<slots[1] }

        /// Group 0 is the whole match.
        func group(_ number: Int) -> Range<Int>? {
            guard number >= 0, 2 * number + 1 < slots.count, slots[2 * number] >= 0,
                slots[2 * number + 1] >= slots[2 * number]
            else { return nil }
            return slots[2 * number]..<slots[2 * number + 1]
        }
    }

    /// The leftmost match at or after `start`; of several there, the one that the pattern's order prefers.
    func firstMatch(
        in text: [Unicode.Scalar], from start: Int, _ meter: inout Meter
    ) throws(EvaluationError) -> Match? {
        try meter.charge(1 + program.count >> 6)
        var threads = Threads(program: program, slotCount: 2 * groupCount + 2)
        var best: [Int]?
        var place = start
        while true {
            if best == nil { threads.start(at: place, in: text) }
            if threads.isEmpty, let best { return Match(slots: best) }
            try meter.charge(1 + (threads.visits * (groupCount + 1)) >> 1)
            let scalar = place < text.count ? text[place] : nil
            if let slots = threads.step(self, over: scalar, to: place + 1, in: text) { best = slots }
            guard scalar != nil else { return best.map { Match(slots: $0) } }
            place += 1
        }
    }

    /// All matches from left to right, without overlaps, at most `limit`. An empty one is left out where one ends.
    func matches(
        in text: [Unicode.Scalar], limit: Int, _ meter: inout Meter
    ) throws(EvaluationError) -> [Match] {
        var matches: [Match] = []
        var place = 0
        var end = -1
        while matches.count < limit, place <= text.count, let match = try firstMatch(in: text, from: place, &meter) {
            if !match.range.isEmpty || match.range.lowerBound != end { matches.append(match) }
            if matches.count > meter.limits.elements { try meter.allow(elements: matches.count) }
            end = match.range.upperBound
            place = end > place ? end : place + 1
        }
        return matches
    }
}

/// The states an automaton is in, the preferred ones first, each with what it has noted on its way (Pike's simulation).
private struct Threads {
    private let program: [RegularExpression.Instruction]
    private let slotCount: Int
    private var current: [(state: Int, slots: [Int])] = []
    private var marks: [Int]
    private var generation = 1
    private var pending: [(state: Int, slots: [Int])] = []
    /// Instructions visited for the present place.
    private(set) var visits = 0

    init(program: [RegularExpression.Instruction], slotCount: Int) {
        self.program = program
        self.slotCount = slotCount
        marks = Array(repeating: 0, count: program.count)
    }

    var isEmpty: Bool { current.isEmpty }

    /// Begins a match at a place, less preferred than those that have begun before it.
    mutating func start(at place: Int, in text: [Unicode.Scalar]) {
        var slots = Array(repeating: -1, count: slotCount)
        slots[0] = place
        add(0, slots, at: place, in: text)
    }

    /// Takes one code point, nil at the end of the text. Returns the slots of a match that ends before it: nothing less
    /// preferred goes on then.
    mutating func step(
        _ expression: RegularExpression, over scalar: Unicode.Scalar?, to place: Int, in text: [Unicode.Scalar]
    ) -> [Int]? {
        let threads = current
        current.removeAll(keepingCapacity: true)
        generation += 1
        visits = 0
        for thread in threads {
            if case .match = program[thread.state] {
                var slots = thread.slots
                slots[1] = place - 1
                return slots
            }
            if let scalar, expression.accepts(program[thread.state], scalar) {
                add(thread.state + 1, thread.slots, at: place, in: text)
            }
        }
        return nil
    }

    /// Adds a state and, in order, all that it leads to without reading.
    private mutating func add(_ start: Int, _ slots: [Int], at place: Int, in text: [Unicode.Scalar]) {
        pending.append((start, slots))
        while let (state, slots) = pending.popLast() {
            guard marks[state] != generation else { continue }
            marks[state] = generation
            visits += 1
            switch program[state] {
            case .jump(let target): pending.append((target, slots))
            case .split(let first, let second):
                pending.append((second, slots))
                pending.append((first, slots))
            case .save(let slot):
                var noted = slots
                if noted.indices.contains(slot) { noted[slot] = place }
                pending.append((state + 1, noted))
            case .assert(let assertion):
                let previous = place > 0 ? text[place - 1] : nil
                let following = place < text.count ? text[place] : nil
                if assertion.holds(between: previous, and: following) { pending.append((state + 1, slots)) }
            case .scalar, .character, .match: current.append((state, slots))
            }
        }
    }
}
