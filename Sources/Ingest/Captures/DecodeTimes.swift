/// Decoding times for pictures in decoding order, from their presentation times alone: the same times in rising order,
/// moved back by the least that lets every picture be decoded before it is shown. Needed because RTP and some parsers
/// give no decoding time, and an MP4 index cannot be written without.
enum DecodeTimes {
    /// Rising, one for each of `presentation`, none later than it. Any unit.
    static func rebuilt(from presentation: [Int64]) -> [Int64] {
        var sorted = presentation.sorted()
        // Two pictures at one time would stop the muxer.
        for index in sorted.indices.dropFirst() where sorted[index] <= sorted[index - 1] {
            sorted[index] = sorted[index - 1] &+ 1
        }
        let delay = zip(sorted, presentation).map { $0 &- $1 }.max() ?? 0
        return delay > 0 ? sorted.map { $0 &- delay } : sorted
    }
}
