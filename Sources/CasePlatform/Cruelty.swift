/// How badly the platform treats its callers, to try them. Rates are 0…1 of the requests under `/v1`.
public struct Cruelty: Sendable, Hashable, Codable {
    /// Before acting, milliseconds.
    public var delayMilliseconds: Int
    /// Answered 503 without acting.
    public var failRate: Double
    /// Acted upon; then the connection is closed without an answer.
    public var dropRate: Double
    /// Acted upon; then answered with something that is not the contract.
    public var wrongRate: Double
    /// Which wrong answers are given; all where it is empty.
    public var wrongAnswers: [WrongAnswer]

    public init(
        delayMilliseconds: Int = 0, failRate: Double = 0, dropRate: Double = 0, wrongRate: Double = 0,
        wrongAnswers: [WrongAnswer] = []
    ) {
        self.wrongRate = wrongRate
        self.wrongAnswers = wrongAnswers
        self.delayMilliseconds = delayMilliseconds
        self.failRate = failRate
        self.dropRate = dropRate
    }

    enum CodingKeys: String, CodingKey {
        case delayMilliseconds = "delay_ms"
        case failRate = "fail_rate"
        case dropRate = "drop_answers"
        case wrongRate = "wrong_answers"
        case wrongAnswers = "wrong_kinds"
    }

    /// Members left out are 0.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        delayMilliseconds = try values.decodeIfPresent(Int.self, forKey: .delayMilliseconds) ?? 0
        failRate = try values.decodeIfPresent(Double.self, forKey: .failRate) ?? 0
        dropRate = try values.decodeIfPresent(Double.self, forKey: .dropRate) ?? 0
        wrongRate = try values.decodeIfPresent(Double.self, forKey: .wrongRate) ?? 0
        wrongAnswers = try values.decodeIfPresent([WrongAnswer].self, forKey: .wrongAnswers) ?? []
    }

    var isValid: Bool {
        (0...600_000).contains(delayMilliseconds) && (0...1).contains(failRate) && (0...1).contains(dropRate)
            && (0...1).contains(wrongRate)
    }

    enum Fate: Sendable, Hashable {
        case answered, failed, dropped
        case wrong(WrongAnswer)
    }

    func fate(using random: inout SeededRandom) -> Fate {
        let first = Double.random(in: 0..<1, using: &random)
        let second = Double.random(in: 0..<1, using: &random)
        if first < failRate { return .failed }
        if second < dropRate { return .dropped }
        guard wrongRate > 0, Double.random(in: 0..<1, using: &random) < wrongRate else { return .answered }
        let kinds = wrongAnswers.isEmpty ? WrongAnswer.allCases : wrongAnswers
        return .wrong(kinds[Int.random(in: 0..<kinds.count, using: &random)])
    }
}

/// SplitMix64: the same seed gives the same cruelties. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators" (2014).
struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
