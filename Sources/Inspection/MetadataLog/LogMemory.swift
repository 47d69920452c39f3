/// What a frame's record is told against: the numbers of the frame before, in the order in which they stand. Writer and
/// reader keep the same, so whatever the frame before held, they agree. Begins empty at every key frame.
struct LogMemory {
    private struct Step {
        var last: Int64 = 0
        var step: Int64 = 0
    }

    /// Numbers remembered at most: those of a frame with two hundred objects.
    private static let limit = 1024

    private var numbers: [Double] = []
    private var nextNumber = 0
    private var steps: [Step] = []
    private var nextStep = 0
    var framesSinceKey = 0
    /// Seldom other than in the frame before.
    var lookedFor: [String] = []

    mutating func beginFrame() {
        nextNumber = 0
        nextStep = 0
        framesSinceKey += 1
    }

    /// What the number that comes next is likely to be.
    var predicted: Double { nextNumber < numbers.count ? numbers[nextNumber] : 0 }

    /// The number that came; nil: none, and what was there stays.
    mutating func note(_ value: Double?) {
        if nextNumber < numbers.count {
            if let value { numbers[nextNumber] = value }
        } else if numbers.count < Self.limit {
            numbers.append(value ?? 0)
        }
        nextNumber += 1
    }

    /// What the count or time that comes next is likely to be: it goes on as it did.
    var predictedStep: Int64 { nextStep < steps.count ? steps[nextStep].last &+ steps[nextStep].step : 0 }

    mutating func noteStep(_ value: Int64?) {
        if nextStep >= steps.count { steps.append(Step()) }
        if let value {
            steps[nextStep] = Step(last: value, step: framesSinceKey < 2 ? 0 : value &- steps[nextStep].last)
        }
        nextStep += 1
    }
}
