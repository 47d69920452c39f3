/// Tells callers that were turned away from those that are still being taken: who asked, and was not taken by the second
/// look after. Looks are a fraction of a second apart; being taken needs a few milliseconds.
struct CallerRefusals: Sendable {
    private var told = 0
    private var before = 0

    /// How many have been refused since the last look, `asked` and `taken` counted from the beginning.
    mutating func fresh(asked: Int, taken: Int) -> Int {
        let open = max(asked &- taken, 0)
        let sure = min(open, before)
        before = open
        guard sure > told else { return 0 }
        defer { told = sure }
        return sure - told
    }
}
