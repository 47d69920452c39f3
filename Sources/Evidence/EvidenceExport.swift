import Crypto
import Foundation
public import Inspection

/// Copies findings with all that proves them into a folder that anybody can verify without the gateway: their Features, their
/// files, their lines of the chain, and the public keys.
public struct EvidenceExport {
    public struct Selection: Sendable {
        /// First seen at or after, and before.
        public var since: UTCTime?
        public var until: UTCTime?
        /// Empty for all.
        public var findings: Set<FindingID> = []
        /// Every line of the chain, those of other findings too: proves that none was left out, and lets time stamps count.
        public var isWholeChain = false

        public init() {}

        func takes(_ feature: SealedFeature) -> Bool {
            guard findings.isEmpty || findings.contains(feature.id) else { return false }
            guard let seen = feature.firstSeen else { return since == nil && until == nil }
            return since.map { seen >= $0 } ?? true && until.map { seen < $0 } ?? true
        }
    }

    public struct Summary: Sendable, Hashable {
        public var findings: Int64 = 0
        public var lines: Int64 = 0
        public var files: Int64 = 0
        public var bytes: Int64 = 0
        /// Files that the chain names and that are not there.
        public var missing: Int64 = 0
        /// Files whose bytes are no longer what their names say. They are copied as they are.
        public var damaged: Int64 = 0
        /// Findings that were asked for by their ids and that no line is of, or none between the times given.
        public var unknown: [FindingID] = []
        public var isSigned = false
    }

    /// What the chain says of what was selected.
    private struct Selected {
        var newest: [FindingID: Int64] = [:]
        var files: Set<ContentHash> = []
        var removed: Set<ContentHash> = []
        var flights: Set<FlightID> = []
    }

    private let source: ChainFiles
    private let target: ChainFiles
    private let selection: Selection
    private let software: String
    private let clock: any Clock

    public init(
        from stateDirectory: String, to directory: String, selection: Selection, software: String, clock: any Clock
    ) {
        source = ChainFiles(folder: stateDirectory)
        target = ChainFiles(folder: directory)
        self.selection = selection
        self.software = software
        self.clock = clock
    }

    /// Writes the folder, which must be new or empty. The gateway may run meanwhile: what it seals after the start is left out.
    public func write() throws(StoreError) -> Summary {
        guard let head = source.head, let headBytes = ChainFiles.read(source.headPath, limit: 4096) else {
            throw StoreError(
                kind: .notFound, description: "\(source.folder) has no sealed evidence yet",
                hint: "findings are sealed while the daemon runs")
        }
        let there = (try? FileManager.default.contentsOfDirectory(atPath: target.folder)) ?? []
        guard there.isEmpty else {
            throw StoreError(
                kind: .invalid, description: "\(target.folder) is not empty", hint: "name a new folder")
        }
        // Where nothing is of what was asked for, nothing is left behind.
        let selected = try select(upTo: head.number)
        try DurableFile.makeDirectory(target.path)
        try DurableFile.makeDirectory(target.keys)
        var summary = Summary()
        summary.unknown = unknown(selected)
        try copyFiles(selected, &summary)
        let (features, chain) = try copyLines(selected, upTo: head.number, &summary)
        try DurableFile.write(headBytes, to: target.headPath)
        for key in source.publicKeys.values {
            try DurableFile.write(Array(key.pem.utf8), to: target.keys + "/\(key.id).pub.pem")
        }
        if selection.isWholeChain { try copyStamps(upTo: head.number) }
        let key = Self.key(head.key, in: source.keys)
        summary.isSigned = key != nil
        let list = ExportList.Contents(
            gateway: gateway, software: software, at: clock.utc, isWhole: selection.isWholeChain, lines: summary.lines,
            findings: summary.findings, featuresHash: features, chainHash: chain)
        try DurableFile.write(try ExportList.text(list, by: key), to: target.folder + "/" + ExportList.name)
        for folder in [target.path, target.keys, target.folder] { try DurableFile.sync(folder) }
        return summary
    }

    private var gateway: String {
        var name = ""
        if let first = source.segments.first {
            _ = ChainReader.eachLine(of: source.segment(first)) { bytes in
                if name.isEmpty { name = ChainLine(bytes)?.gateway ?? "" }
            }
        }
        return name
    }

    private func eachLine(
        upTo last: Int64, _ body: (ChainLine, ArraySlice<UInt8>) throws(StoreError) -> Void
    ) throws(StoreError) {
        var failure: StoreError?
        for segment in source.segments {
            let rest = ChainReader.eachLine(of: source.segment(segment)) { bytes in
                guard failure == nil, let line = ChainLine(bytes), line.number <= last else { return }
                do throws(StoreError) { try body(line, bytes) } catch { failure = error }
            }
            if rest == nil {
                throw StoreError(kind: .unreadable, description: "\(source.segment(segment)) cannot be read")
            }
        }
        if let failure { throw failure }
    }

    private func select(upTo last: Int64) throws(StoreError) -> Selected {
        var selected = Selected()
        try eachLine(upTo: last) { (line, _) throws(StoreError) in
            if line.kind == .removed, let hash = line.members.text("sha256").flatMap({ ContentHash($0) }) {
                selected.removed.insert(hash)
            }
            guard line.kind == .finding, let feature = line.members["finding"].flatMap({ SealedFeature($0) }),
                selection.takes(feature)
            else { return }
            selected.newest[feature.id] = line.number
            selected.files.formUnion(feature.evidence.compactMap { ContentHash($0.sha256) })
            if let flight = feature.flight { selected.flights.insert(flight) }
        }
        guard !selected.newest.isEmpty else {
            let unknown = unknown(selected)
            let first = unknown.prefix(10).map(\.description).joined(separator: ", ")
            throw StoreError(
                kind: .notFound,
                description: unknown.isEmpty
                    ? "no sealed finding is of what was asked for"
                    : "nothing is sealed of \(first)\(unknown.count > 10 ? " and \(unknown.count - 10) more" : "")",
                hint: unknown.isEmpty
                    ? "look at --since and --until" : "look at the id; what was found just now is sealed in a moment")
        }
        return selected
    }

    private func unknown(_ selected: Selected) -> [FindingID] {
        selection.findings.filter { selected.newest[$0] == nil }.sorted { $0.description < $1.description }
    }

    /// Answers the hashes of `findings.ndjson` and, of a part of the chain, of its file.
    private func copyLines(
        _ selected: Selected, upTo last: Int64, _ summary: inout Summary
    ) throws(StoreError) -> (features: String, chain: String) {
        var features = HashedFile(target.folder + "/" + ExportList.features)
        var chain = HashedFile(target.segment(1))
        try features.open()
        if !selection.isWholeChain { try chain.open() }
        var found = Summary()
        try eachLine(upTo: last) { (line, bytes) throws(StoreError) in
            guard isNeeded(line, selected, last) else { return }
            found.lines += 1
            if !selection.isWholeChain { try chain.write(bytes) }
            guard line.kind == .finding, let feature = line.members["finding"],
                let id = SealedFeature(feature)?.id, selected.newest[id] == line.number
            else { return }
            found.findings += 1
            try features.write(feature)
        }
        if selection.isWholeChain { try copySegments(upTo: last) }
        summary.lines = found.lines
        summary.findings = found.findings
        return (try features.close(), selection.isWholeChain ? "" : try chain.close())
    }

    private func isNeeded(_ line: ChainLine, _ selected: Selected, _ last: Int64) -> Bool {
        if selection.isWholeChain || line.number == last || line.kind == .key { return true }
        switch line.kind {
        case .key: return true
        case .finding:
            return line.members["finding"].flatMap { SealedFeature($0) }.map { selected.newest[$0.id] != nil } ?? false
        case .removed:
            return line.members.text("sha256").flatMap { ContentHash($0) }.map(selected.files.contains) ?? false
        case .mission:
            return line.members.object("mission")?.text("flight").flatMap { FlightID($0) }
                .map(selected.flights.contains) ?? false
        }
    }

    /// Whole, but for what was written behind the head meanwhile.
    private func copySegments(upTo last: Int64) throws(StoreError) {
        for segment in source.segments {
            var file = HashedFile(target.segment(segment))
            try file.open()
            var failure: StoreError?
            _ = ChainReader.eachLine(of: source.segment(segment)) { bytes in
                guard failure == nil, ChainLine(bytes)?.number ?? 0 <= last else { return }
                do throws(StoreError) { try file.write(bytes) } catch { failure = error }
            }
            if let failure { throw failure }
            _ = try file.close()
        }
    }

    private func copyStamps(upTo last: Int64) throws(StoreError) {
        for line in source.stamped("tsr") where line <= last {
            for suffix in ["tsq", "tsr"] {
                guard let bytes = ChainFiles.read(source.stamp(line, suffix), limit: TimeStampAnswer.limit) else {
                    continue
                }
                try DurableFile.write(bytes, to: target.stamp(line, suffix))
            }
        }
    }

    private func copyFiles(_ selected: Selected, _ summary: inout Summary) throws(StoreError) {
        let shelf = Shelf(path: source.folder + "/evidence")
        for hash in selected.files.sorted() {
            let sha256 = hash.text
            guard let path = shelf.file(of: sha256) else {
                if !selected.removed.contains(hash) { summary.missing += 1 }
                continue
            }
            let copy = target.folder + String(path.dropFirst(source.folder.count))
            try DurableFile.makeDirectory((copy as NSString).deletingLastPathComponent)
            do {
                try FileManager.default.copyItem(atPath: path, toPath: copy)
            } catch {
                throw StoreError("write", copy, error)
            }
            summary.files += 1
            if (try? Shelf.hash(ofFile: copy)) != sha256 { summary.damaged += 1 }
            summary.bytes +=
                (try? FileManager.default.attributesOfItem(atPath: copy)[.size] as? NSNumber)?.int64Value ?? 0
        }
    }

    /// The private half of the key that signs the chain, where it lies in the state directory.
    private static func key(_ id: String, in folder: String) -> SigningKey? {
        guard id.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
            let text = ChainFiles.read(folder + "/\(id).pem", limit: 65_536)
        else { return nil }
        return try? SigningKey(pem: String(decoding: text, as: UTF8.self))
    }
}

/// Lines into a new file, hashed on their way.
private struct HashedFile {
    private let path: String
    private var hash = SHA256()
    private var pending: [UInt8] = []
    private var file: FileHandle?

    init(_ path: String) { self.path = path }

    mutating func open() throws(StoreError) {
        try DurableFile.write([], to: path)
        file = FileHandle(forWritingAtPath: path)
    }

    mutating func write(_ line: ArraySlice<UInt8>) throws(StoreError) {
        pending += line
        pending.append(10)
        if pending.count > 1 << 20 { try flush() }
    }

    private mutating func flush() throws(StoreError) {
        guard let file else { throw StoreError(kind: .io, description: "write \(path): it cannot be opened") }
        do {
            try file.write(contentsOf: Data(pending))
        } catch {
            throw StoreError("write", path, error)
        }
        hash.update(data: pending)
        pending.removeAll(keepingCapacity: true)
    }

    mutating func close() throws(StoreError) -> String {
        try flush()
        try? file?.close()
        try DurableFile.sync(path)
        return Hexadecimal.text(hash.finalize())
    }
}
