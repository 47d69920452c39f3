import Crypto
import Foundation
public import Inspection

/// Proves that a state directory, or an export of one, is what its gateway sealed: reads the chain, the files of evidence and
/// the rows it is given, and names what was altered or is missing. Needs neither the gateway nor its private key.
public struct ChainVerifier {
    public struct Options: Sendable {
        /// Fingerprints (or their first 16 digits and more) of keys of which one must have signed.
        public var pins: [String] = []
        /// Lines that were seen elsewhere: their numbers and hashes.
        public var witnesses: [(number: Int64, hash: String)] = []
        /// Names of software whose records make another Feature since a change of the form: of what these sealed, that alone is
        /// no fault.
        public var formerSoftware: Set<String> = []
        /// A gateway writes into the directory meanwhile.
        public var isLive = false

        public init(pins: [String] = [], witnesses: [(number: Int64, hash: String)] = []) {
            self.pins = pins
            self.witnesses = witnesses
        }
    }

    /// A stored revision, as the database has it.
    public struct Row: Sendable {
        public var finding: FindingID
        public var revision: Int64
        public var sequence: Int64
        /// The Feature that goes out; nil when its row is missing or damaged.
        public var feature: [UInt8]?
        public var record: Record

        public enum Record: Sendable, Hashable {
            case agrees
            /// It makes another Feature.
            case differs
            case damaged
        }

        public init(finding: FindingID, revision: Int64, sequence: Int64, feature: [UInt8]?, record: Record) {
            self.finding = finding
            self.revision = revision
            self.sequence = sequence
            self.feature = feature
            self.record = record
        }
    }

    public private(set) var summary = VerificationSummary()
    let files: ChainFiles
    let options: Options
    var walk: ChainWalk
    private let tell: (ChainFault) -> Void
    private var seen: Set<FindingID> = []
    private var unsealed: Int64 = 0
    private var firstUnsealed: FindingID?

    /// `report` gets every fault as it is found. Throws `notFound` for a path where there is no chain.
    public init(
        path: String, options: Options = Options(), report: @escaping (ChainFault) -> Void
    ) throws(StoreError) {
        files = ChainFiles(folder: path)
        self.options = options
        tell = report
        let isExport =
            FileManager.default.fileExists(atPath: path + "/" + ExportList.name) && !files.isOfGateway
        guard isExport || FileManager.default.fileExists(atPath: files.path) else {
            throw StoreError(
                kind: .notFound, description: "\(path) holds no chain of evidence",
                hint: "give a gateway's state directory, or a folder made by flyonce export --evidence")
        }
        let list =
            isExport
            ? ChainFiles.read(path + "/" + ExportList.name, limit: 1 << 20).flatMap { ExportList($0[...]) } : nil
        var wanted = Set(options.witnesses.map(\.number))
        wanted.formUnion(files.stamped("tsr"))
        if let head = files.head { wanted.insert(head.number) }
        walk = ChainWalk(
            isPartial: list.map { !$0.isWhole } ?? false, wanted: wanted, publicKeys: files.publicKeys,
            pins: options.pins, formerSoftware: options.formerSoftware)
        self.list = list
        self.isExport = isExport
        if isExport { summary.scope = list?.isWhole == true ? "export, whole" : "export, part" }
    }

    let list: ExportList?
    /// Made by `flyonce export`: no database belongs to it. Never a folder that a gateway lives in.
    public let isExport: Bool
    /// Files of the findings that an export is of.
    var listedFiles: Set<ContentHash> = []

    mutating func report(_ fault: ChainFault) {
        summary.faults += 1
        tell(fault)
    }

    mutating func note(_ text: String) { summary.notes.append(text) }

    mutating func add(_ stamp: VerificationSummary.Stamp) { summary.stamps.append(stamp) }

    /// Reads the chain: lines, signatures, keys, head, witnesses, time stamps.
    public mutating func verifyChain() {
        readSegments()
        verifyHead()
        verifyKeys()
        verifyVouching()
        for witness in options.witnesses where walk.hashes[witness.number] != witness.hash.lowercased() {
            let is_ = walk.hashes[witness.number].map { "its hash is \($0)" } ?? "it is missing"
            report(
                ChainFault(
                    .witness, line: witness.number, sha256: witness.hash,
                    "line \(witness.number) is not the one that the witness saw: \(is_)"))
        }
        verifyStamps()
        if let beginning = files.beginning {
            note(
                "the chain begins on \(beginning.at.rfc3339), when the store held revisions up to \(beginning.sequence): what an earlier chain sealed of them, that one proves"
            )
        }
        if isExport { verifyList() }
        summary.lines = walk.lines
        summary.findings = Int64(walk.index.newest.count)
        summary.removed = Int64(walk.index.removed.count)
        summary.keys = walk.signers.map(\.fingerprint)
        if walk.lines == 0 { report(ChainFault(.missingLines, line: 1, file: "chain", "the chain has no line")) }
    }

    private mutating func readSegments() {
        var faults: [ChainFault] = []
        let segments = files.segments
        var expected = 1
        for segment in segments where isHere(files.segment(segment)) {
            let name = "chain/" + (files.segment(segment) as NSString).lastPathComponent
            if segment > expected, !walk.isPartial {
                let missing = (files.segment(expected) as NSString).lastPathComponent
                faults.append(
                    ChainFault(
                        .missingLines, line: walk.number + 1, file: "chain/" + missing,
                        "the segment chain/\(missing) is missing"))
            }
            expected = segment + 1
            var walked = walk
            let rest = ChainReader.eachLine(of: files.segment(segment)) { line in
                walked.take(line, file: name) { faults.append($0) }
                // A chain of nothing but damage is told in bounded memory too.
                if faults.count > 10_000 { faults.removeLast() }
            }
            walk = walked
            if rest == nil { faults.append(ChainFault(.missingLines, file: name, "\(name) cannot be read")) }
            guard let rest, !rest.isEmpty else { continue }
            if segment == segments.last, walk.number >= files.head?.number ?? 0 {
                note("\(rest.count) bytes of a line that was never finished stand at the end of \(name)")
            } else {
                faults.append(
                    ChainFault(
                        .line, line: walk.number + 1, file: name,
                        "line \(walk.number + 1) was cut off after \(rest.count) bytes"))
            }
        }
        walk.finish()
        for fault in faults { report(fault) }
    }

    /// A file of bytes; of an export one that lies in it.
    private func isHere(_ path: String) -> Bool {
        ChainFiles.isFile(path, within: isExport ? files.folder : nil)
    }

    private mutating func verifyHead() {
        guard let head = files.head else {
            let isThere = FileManager.default.fileExists(atPath: files.headPath)
            return report(
                ChainFault(
                    .head, file: "chain/head",
                    isThere ? "chain/head was altered: it cannot be read" : "chain/head is missing"))
        }
        let keys = walk.signers + Array(walk.publicKeys.values)
        guard let key = keys.first(where: { $0.id == head.key }), head.isSigned(by: key) else {
            return report(
                ChainFault(.head, file: "chain/head", "chain/head was altered: its signature does not fit its bytes"))
        }
        summary.head = head
        // A key beside the chain vouches for nothing.
        if !vouchedSigners.contains(where: { $0.id == head.key }) {
            report(
                ChainFault(
                    .head, line: head.number, file: "chain/head",
                    "chain/head is signed by \(key.fingerprint), which did not sign the chain or is not vouched for"))
        }
        if head.number > walk.number {
            let from = walk.number + 1
            report(
                ChainFault(
                    .missingLines, line: from, file: "chain",
                    "the chain was cut off: lines \(from) to \(head.number) are missing"))
        } else if let hash = walk.hashes[head.number], hash != head.hash {
            report(
                ChainFault(
                    .head, line: head.number, file: "chain/head", sha256: head.hash,
                    "line \(head.number) is not the one that chain/head names"))
        }
    }

    private mutating func verifyKeys() {
        for pin in options.pins {
            let pin = pin.lowercased()
            let isSigner = walk.signers.contains { $0.fingerprint.hasPrefix(pin) && walk.trusted.contains($0.id) }
            if isSigner { summary.isPinned = true }
        }
        if !options.pins.isEmpty, !summary.isPinned {
            let signed = walk.signers.map(\.fingerprint).joined(separator: ", ")
            report(
                ChainFault(
                    .key, line: 1,
                    "no line is signed by the pinned key: the chain is signed by \(signed.isEmpty ? "nobody" : signed)")
            )
        }
        for signer in walk.signers where walk.publicKeys[signer.id]?.raw != signer.raw {
            report(
                ChainFault(
                    .key, file: "keys/\(signer.id).pub.pem",
                    "the chain is signed by \(signer.fingerprint), whose public key is not in keys/"))
        }
    }

    // MARK: - Files

    /// Hashes every file that the chain names.
    public mutating func verifyEvidence() {
        let shelf = Shelf(path: files.folder + "/evidence")
        for (hash, owner) in walk.index.files.sorted(by: { $0.key < $1.key }) {
            let sha256 = hash.text
            guard let path = shelf.file(of: sha256) else {
                guard walk.index.removed[hash] == nil, !isExport || listedFiles.contains(hash) else { continue }
                report(
                    ChainFault(
                        .missingFile, line: owner.line, finding: owner.finding,
                        file: "evidence/\(sha256.prefix(2))/\(sha256.dropFirst(2).prefix(2))/\(sha256)", sha256: sha256,
                        "evidence \(sha256) of finding \(owner.finding) is missing"))
                continue
            }
            summary.files += 1
            let name = String(path.dropFirst(files.folder.count + 1))
            let found = isHere(path) ? try? Shelf.hash(ofFile: path) : nil
            summary.bytes +=
                (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.int64Value ?? 0
            guard found != sha256 else { continue }
            let other = found.flatMap { ContentHash($0) }.flatMap { walk.index.files[$0] }
            let what =
                other.map { "its bytes are those of \(found ?? "") of finding \($0.finding)" }
                ?? found.map { "its bytes have the hash \($0)" } ?? "it cannot be read"
            report(
                ChainFault(
                    .alteredFile, line: owner.line, finding: owner.finding, file: name, sha256: sha256,
                    "evidence \(sha256) of finding \(owner.finding) was altered: \(what)"))
        }
    }

    // MARK: - Rows

    /// Holds the newest stored revision of a finding against its newest line.
    public mutating func verify(_ row: Row) {
        summary.rows += 1
        seen.insert(row.finding)
        let later = row.feature.flatMap { SealedFeature($0[...]) }.flatMap { $0.id == row.finding ? $0 : nil }
        let isBehind = later.map { walk.index.isBehind(epoch: $0.epoch, sequence: $0.sequence) } ?? false
        guard let seal = walk.index.newest[row.finding] else {
            if isBehind { return addUnsealed(row) }
            return report(
                ChainFault(
                    .alteredRow, finding: row.finding, file: "flyonce.db",
                    "finding \(row.finding) was put there or altered: the chain went past it without a line of it"))
        }
        let feature = row.feature.map { ContentHash(SHA256.hash(data: $0)) }
        let isRecordSound = row.record == .agrees || row.record == .differs && seal.isOfFormerForm
        if feature == seal.digest, isRecordSound { return }
        if row.revision > seal.revision, isRecordSound, let later {
            // What proves nothing new makes no line.
            if ContentHash(SHA256.hash(data: later.proved)) == seal.proved { return }
            if isBehind { return addUnsealed(row) }
        }
        let what =
            row.feature == nil
            ? "its row is missing or damaged"
            : feature != seal.digest
                ? "its stored Feature is not the sealed one" : "its stored record says another thing"
        report(
            ChainFault(
                .alteredRow, line: seal.line, finding: row.finding, file: "flyonce.db",
                "finding \(row.finding), revision \(row.revision), was altered: \(what)"))
    }

    private mutating func addUnsealed(_ row: Row) {
        unsealed += 1
        if firstUnsealed == nil { firstUnsealed = row.finding }
    }

    /// Holds what is stored of a flight's mission against its newest line; nil in the place of a damaged row.
    public mutating func verify(mission: [UInt8]?, of flight: FlightID) {
        guard let sealed = walk.index.missions[flight] else { return }
        guard mission.map({ ContentHash(SHA256.hash(data: $0)) }) != sealed else { return }
        report(ChainFault(.alteredRow, file: "flyonce.db", "what was stated of flight \(flight) was altered"))
    }

    /// A state directory without its database.
    public mutating func verifyMissingDatabase() {
        report(ChainFault(.missingRow, file: "flyonce.db", "the database is missing"))
    }

    public mutating func verifyUnreadableDatabase(_ error: StoreError) {
        report(ChainFault(.alteredRow, file: "flyonce.db", "the database cannot be read: \(error.description)"))
    }

    /// A row of a finding that does not even say whose it is.
    public mutating func verifyUnreadableRow() {
        report(ChainFault(.alteredRow, file: "flyonce.db", "a row of a finding was altered: its id cannot be read"))
    }

    /// After the last row: what the chain knows and the database does not, and the other way round. `sequence` is the greatest
    /// that the database gave.
    public mutating func finishRows(epoch: String, sequence: Int64) {
        if let index = walk.index.epochs.firstIndex(of: epoch) {
            finishEpoch(index, sequence: sequence)
        } else if !walk.index.newest.isEmpty {
            report(
                ChainFault(
                    .missingRow, file: "flyonce.db",
                    "the database is of the epoch \(epoch.prefix(64)), of which the chain has sealed nothing: it is not the one that was sealed, or was begun anew since"
                ))
            reportMissing { _ in true }
        }
        guard unsealed > 0 else { return }
        let text = "\(unsealed) findings have a newest revision that is not sealed: "
        if options.isLive {
            note(text + "the gateway is writing")
        } else {
            report(
                ChainFault(
                    .unsealed, finding: firstUnsealed, file: "flyonce.db",
                    text + "the gateway was stopped before it could seal them, or the chain was cut off"))
        }
    }

    private mutating func reportMissing(_ isDue: (SealedIndex.Seal) -> Bool) {
        for (finding, seal) in walk.index.newest where isDue(seal) && !seen.contains(finding) {
            report(
                ChainFault(
                    .missingRow, line: seal.line, finding: finding, file: "flyonce.db",
                    "finding \(finding), sealed in line \(seal.line), is not in the database"))
        }
    }

    /// What the chain sealed of this life of the database must be in it.
    private mutating func finishEpoch(_ index: Int, sequence: Int64) {
        reportMissing { $0.epoch == index }
        // Rows that a damaged database lost are lawfully gone from the one that was begun anew.
        let lost = walk.index.newest.count { $0.value.epoch != index && !seen.contains($0.key) }
        if lost > 0 { note("\(lost) findings were sealed in a database before this one, and are not in this one") }
        let last = walk.index.sequences[index]
        guard sequence < last else { return }
        report(
            ChainFault(
                .missingRow, file: "flyonce.db",
                "the database ends at sequence \(sequence), the chain has sealed up to \(last): its end was lost"))
    }
}
