/// Which lines the pinned keys vouch for. A key vouches for what it signed, for the keys it named, and for every line that
/// its own follow from without a gap: it says nothing of other lines of whoever signed before it.
struct PinnedLines {
    private let pins: [String]
    /// Ids of the keys that are pinned, or that such a key named.
    private(set) var keys: Set<String> = []
    /// Lines that no line of these keys follows from.
    private(set) var stranded: Int64 = 0
    private(set) var firstStranded: Int64?
    /// Lines, up to the last one, that one of these keys may still follow from.
    private var open: Int64 = 0
    private var firstOpen: Int64?

    init(pins: [String]) { self.pins = pins.map { $0.lowercased() } }

    /// A line without a fault; `signer` signed it. `follows` when its `previous` is the hash of the line before.
    mutating func take(_ line: ChainLine, by signer: VerifyingKey, follows: Bool) {
        guard !pins.isEmpty else { return }
        if !follows { strand() }
        let fingerprint = signer.fingerprint
        if pins.contains(where: { fingerprint.hasPrefix($0) }) { keys.insert(signer.id) }
        if keys.contains(signer.id) {
            open = 0
            firstOpen = nil
            if let named = line.namedKey { keys.insert(named.id) }
        } else {
            open += 1
            if firstOpen == nil { firstOpen = line.number }
        }
    }

    /// After the last line.
    mutating func finish() { strand() }

    private mutating func strand() {
        stranded += open
        if firstStranded == nil { firstStranded = firstOpen }
        open = 0
        firstOpen = nil
    }
}
