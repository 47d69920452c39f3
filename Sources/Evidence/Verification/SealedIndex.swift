import Crypto
import Inspection

/// What the chain says of findings and files, gathered while it is read.
struct SealedIndex {
    struct Seal {
        var line: Int64
        var sequence: Int64
        var revision: Int64
        /// Which of ``epochs``.
        var epoch: Int
        /// Of the Feature's bytes.
        var digest: ContentHash
        /// Of what of it is proved.
        var proved: ContentHash
        /// The line was written by software whose records make another Feature today, as is known by its name.
        var isOfFormerForm: Bool
    }

    struct Owner {
        var line: Int64
        var finding: FindingID
    }

    private(set) var newest: [FindingID: Seal] = [:]
    private(set) var files: [ContentHash: Owner] = [:]
    private(set) var removed: [ContentHash: String] = [:]
    private(set) var epochs: [String] = []
    /// How far each epoch was sealed.
    private(set) var sequences: [Int64] = []

    /// Of what was last stated of each flight.
    private(set) var missions: [FlightID: ContentHash] = [:]
    let formerSoftware: Set<String>

    init(formerSoftware: Set<String>) { self.formerSoftware = formerSoftware }

    /// False for a line whose kind promises what it does not hold.
    mutating func take(_ line: ChainLine) -> Bool {
        let sealedEpoch = line.sealed.map { position in
            let epoch = index(of: position.epoch)
            sequences[epoch] = max(sequences[epoch], position.sequence)
            return epoch
        }
        switch line.kind {
        case .finding:
            guard let bytes = line.members["finding"], let feature = SealedFeature(bytes) else { return false }
            let epoch = index(of: feature.epoch)
            sequences[epoch] = max(sequences[epoch], feature.sequence)
            newest[feature.id] = Seal(
                line: line.number, sequence: feature.sequence, revision: feature.revision, epoch: sealedEpoch ?? epoch,
                digest: ContentHash(SHA256.hash(data: bytes)),
                proved: ContentHash(SHA256.hash(data: feature.proved)),
                isOfFormerForm: line.members.text("software").map(formerSoftware.contains) ?? false)
            for item in feature.evidence {
                guard let hash = ContentHash(item.sha256) else { continue }
                if files[hash] == nil { files[hash] = Owner(line: line.number, finding: feature.id) }
            }
            return true
        case .removed:
            guard let hash = line.members.text("sha256").flatMap({ ContentHash($0) }) else { return false }
            removed[hash] = line.members.text("reason") ?? "unknown"
            return true
        case .key: return line.namedKey != nil
        case .mission:
            guard let bytes = line.members["mission"],
                let flight = JSONScan(bytes)?.text("flight").flatMap({ FlightID($0) })
            else { return false }
            missions[flight] = ContentHash(SHA256.hash(data: bytes))
            return true
        }
    }

    /// Whether the sealing had not come so far yet.
    func isBehind(epoch: String, sequence: Int64) -> Bool {
        epochs.firstIndex(of: epoch).map { sequence > sequences[$0] } ?? true
    }

    private mutating func index(of epoch: String) -> Int {
        if let last = epochs.indices.last, epochs[last] == epoch { return last }
        if let known = epochs.firstIndex(of: epoch) { return known }
        epochs.append(epoch)
        sequences.append(0)
        return epochs.count - 1
    }
}
