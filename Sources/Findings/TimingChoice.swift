/// Which offset between metadata and pictures is taken out of the places of a source, as estimates come. Pure.
///
/// An offset is taken once it is surely not nothing. What is taken, or was remembered of an earlier flight, stays until an
/// estimate contradicts it: places that follow every small step of an estimate would move for nothing.
public struct TimingChoice: Sendable, Hashable {
    /// Seconds, as ``TimingEstimate/Answer`` says them.
    public private(set) var offset: Double
    /// Of it; 0 where nothing is taken.
    public private(set) var standardError: Double

    /// Seconds: less moves no place by as much as its own error.
    public static let smallest = 0.05
    /// Standard errors by which two offsets differ for sure.
    private static let sure = 3.0

    /// Nothing is taken at first, or what is remembered.
    public init(offset: Double = 0, standardError: Double = 0) {
        (self.offset, self.standardError) = (offset, standardError)
    }

    /// True when `answer` changes what is taken.
    public mutating func take(_ answer: TimingEstimate.Answer) -> Bool {
        guard case .known(let seen, let error) = answer else { return false }
        let spread = (error * error + standardError * standardError).squareRoot()
        guard abs(seen - offset) >= max(Self.smallest, Self.sure * spread) else {
            if offset != 0 { standardError = min(standardError, error) }
            return false
        }
        let isSomething = abs(seen) >= max(Self.smallest, Self.sure * error)
        (offset, standardError) = isSomething ? (seen, error) : (0, 0)
        return true
    }
}
