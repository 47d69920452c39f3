import Crypto
import Foundation
import Inspection

/// What an export says of itself, in `export.json`: which lines and Features it holds, signed where the key was at hand.
struct ExportList: Sendable {
    static let name = "export.json"
    static let features = "findings.ndjson"

    let gateway: String
    let isWhole: Bool
    let lines: Int64
    let findings: Int64
    let featuresHash: String
    let chainHash: String
    let key: String?
    private let signature: [UInt8]?
    private let bytes: ArraySlice<UInt8>

    /// Nil for what is none. The signature is not checked.
    init?(_ bytes: ArraySlice<UInt8>) {
        let bytes = bytes.last == 10 ? bytes.dropLast() : bytes
        guard let members = JSONScan(bytes), members.integer("format") == 1,
            members.text("kind") == "flyonce-evidence", let gateway = members.text("gateway"),
            let lines = members.integer("lines"), let findings = members.integer("findings"),
            let featuresHash = members.text("findings_sha256"), let chainHash = members.text("chain_sha256")
        else { return nil }
        self.bytes = bytes
        self.gateway = gateway
        self.lines = lines
        self.findings = findings
        self.featuresHash = featuresHash
        self.chainHash = chainHash
        isWhole = members["whole_chain"].map { String(decoding: $0, as: UTF8.self) } == "true"
        key = members.text("key")
        if let text = members.text("signature") {
            guard let data = Data(base64Encoded: text), data.count == 64,
                bytes.suffix(ChainLine.signatureBytes).starts(with: ChainLine.signatureName)
            else { return nil }
            signature = Array(data)
        } else {
            signature = nil
        }
    }

    /// Nil when it is not signed at all.
    func isSigned(by keys: [VerifyingKey]) -> Bool? {
        guard let signature, let key else { return nil }
        return keys.first { $0.id == key }?.isValid(signature, of: bytes.dropLast(ChainLine.signatureBytes)) ?? false
    }

    struct Contents {
        var gateway: String
        var software: String
        var at: UTCTime
        var isWhole: Bool
        var lines: Int64
        var findings: Int64
        var featuresHash: String
        var chainHash: String
    }

    static func text(_ contents: Contents, by key: SigningKey?) throws(StoreError) -> [UInt8] {
        var json = JSONText()
        json.object { json in
            json.member("format", 1)
            json.member("kind", "flyonce-evidence")
            json.member("gateway", contents.gateway)
            json.member("software", contents.software)
            json.member("at", contents.at.rfc3339)
            json.member("whole_chain", contents.isWhole)
            json.member("lines", contents.lines)
            json.member("findings", contents.findings)
            json.member("findings_sha256", contents.featuresHash)
            json.member("chain_sha256", contents.chainHash)
            if let key { json.member("key", key.publicKey.id) }
        }
        guard let key else { return json.bytes + [10] }
        var list = json.bytes
        list.removeLast()
        let signature = try key.signature(of: list)
        return list + ChainLine.signatureName + Data(signature).base64EncodedData() + [34, 125, 10]
    }
}

extension ChainVerifier {
    /// Keys that signed, and of which a pinned one vouches where one was given.
    var vouchedSigners: [VerifyingKey] {
        options.pins.isEmpty ? walk.signers : walk.signers.filter { walk.pinned.keys.contains($0.id) }
    }

    /// Lines of a signer before the pinned one count where the pinned one's follow from them, or its list names them.
    mutating func verifyVouching() {
        guard summary.isPinned, let first = walk.pinned.firstStranded else { return }
        if isExport, let list, !list.isWhole, list.isSigned(by: vouchedSigners) == true { return }
        report(
            ChainFault(
                .key, line: first,
                "the pinned key does not vouch for \(walk.pinned.stranded) lines of signers before it, from line \(first) on: none of its lines follows from them"
            ))
    }

    /// Holds the list of an export against what is there.
    mutating func verifyList() {
        guard let list else {
            return report(
                ChainFault(.export, file: ExportList.name, "\(ExportList.name) was altered: it cannot be read"))
        }
        switch list.isSigned(by: vouchedSigners) {
        case true?: break
        case false?:
            report(
                ChainFault(
                    .export, file: ExportList.name,
                    "\(ExportList.name) was altered: its signature does not fit its bytes"))
        case nil where !options.pins.isEmpty:
            report(
                ChainFault(
                    .export, file: ExportList.name,
                    "\(ExportList.name) is not signed: the pinned key does not say that this is all"))
        case nil:
            note("\(ExportList.name) is not signed: every line proves itself, not that none was left out")
        }
        var faults: [ChainFault] = []
        var index = 0
        var listed: Set<ContentHash> = []
        let newest = walk.index.newest
        var hash = SHA256()
        let path = files.folder + "/" + ExportList.features
        let rest = ChainReader.eachLine(of: path) { line in
            index += 1
            hash.update(data: line)
            hash.update(data: [10])
            guard let feature = SealedFeature(line), let seal = newest[feature.id] else {
                faults.append(
                    ChainFault(
                        .alteredRow, file: ExportList.features,
                        "line \(index) of \(ExportList.features) is no Feature that the chain knows"))
                return
            }
            listed.formUnion(feature.evidence.compactMap { ContentHash($0.sha256) })
            guard seal.digest != ContentHash(SHA256.hash(data: line)) else { return }
            faults.append(
                ChainFault(
                    .alteredRow, line: seal.line, finding: feature.id, file: ExportList.features,
                    "finding \(feature.id) in \(ExportList.features) is not the sealed one"))
        }
        listedFiles = listed
        for fault in faults.prefix(10_000) { report(fault) }
        if rest == nil || rest?.isEmpty == false || Int64(index) != list.findings
            || (faults.isEmpty && Hexadecimal.text(hash.finalize()) != list.featuresHash)
        {
            report(
                ChainFault(
                    .export, file: ExportList.features,
                    "\(ExportList.features) is not what the list says: \(index) of \(list.findings) findings are there")
            )
        }
        let chain = files.segment(1)
        let chainHash = list.isWhole ? list.chainHash : (try? Shelf.hash(ofFile: chain)) ?? ""
        if chainHash != list.chainHash || walk.lines != list.lines {
            report(
                ChainFault(
                    .export, file: "chain",
                    "the chain's lines are not what the list says: \(walk.lines) of \(list.lines) are there"))
        }
    }
}
