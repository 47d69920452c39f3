import ArgumentParser
import Evidence
import Foundation
import Inspection
import Store

struct VerifyCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, ndjson }

    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove that sealed evidence is unaltered, or name what was altered or is missing.",
        discussion: """
            PATH is a gateway's state directory, or a folder that `flyonce export --evidence` made. Neither the gateway nor its
            private key is needed. Ends with 0 when nothing is wrong, 1 when something was altered or is missing, 65 when PATH
            holds no evidence. What it does and does not prove: docs/evidence.md.
            """)

    @Argument(help: "A state directory, or an exported folder.") var path: String
    @Option(
        help: "A key that must have signed: its fingerprint (16 digits or more), or a file with the public key in PEM.")
    var key: [String] = []
    @Option(help: "A line seen elsewhere, NUMBER:HASH, such as flyonce status says it: it must be in the chain.")
    var head: [String] = []
    @Option(help: "text: for people; ndjson: a JSON value a fault, and one for the whole.") var format = Format.text

    func run() async throws {
        var options = ChainVerifier.Options(pins: try key.map(Self.pin), witnesses: try head.map(Self.witness))
        options.isLive = StateDirectory.holder(of: path) != nil
        let format = format
        var verifier: ChainVerifier
        do throws(StoreError) {
            verifier = try ChainVerifier(path: path, options: options) { Self.show($0, format) }
        } catch {
            throw Failure(.badInput, error.hint.isEmpty ? error.description : "\(error.description) (\(error.hint))")
        }
        verifier.verifyChain()
        verifier.verifyEvidence()
        await verifyRows(&verifier)
        Self.show(verifier.summary, format)
        guard verifier.summary.isUnaltered else {
            throw Failure(.failed, "\(path): \(counted(Int(verifier.summary.faults), "fault"))")
        }
    }

    /// The database of a state directory, where it has one.
    private func verifyRows(_ verifier: inout ChainVerifier) async {
        let file = path + "/flyonce.db"
        guard FileManager.default.fileExists(atPath: file) else {
            if !verifier.isExport { verifier.verifyMissingDatabase() }
            return
        }
        do throws(StoreError) {
            let database = try FindingDatabase.openReadOnly(file)
            var checked = verifier
            try await database.eachProof { proof in
                guard let id = proof.finding else { return checked.verifyUnreadableRow() }
                let record: ChainVerifier.Row.Record =
                    switch proof.record {
                    case .agrees: .agrees
                    case .differs: .differs
                    case .damaged: .damaged
                    }
                checked.verify(
                    ChainVerifier.Row(
                        finding: id, revision: proof.revision, sequence: proof.sequence, feature: proof.feature,
                        record: record))
            }
            try await database.eachMission { flight, mission in checked.verify(mission: mission, of: flight) }
            checked.finishRows(epoch: database.epoch, sequence: try await database.newestSequence())
            verifier = checked
            try? await database.close()
        } catch {
            verifier.verifyUnreadableDatabase(error)
        }
    }

    private static func pin(_ text: String) throws(Failure) -> String {
        if text.utf8.count >= 16, text.utf8.count <= 64, text.allSatisfy(\.isHexDigit) { return text.lowercased() }
        guard let pem = try? String(contentsOfFile: text, encoding: .utf8), let key = VerifyingKey(pem: pem) else {
            throw Failure(
                .usage, "\(text) is no fingerprint of 16 to 64 hexadecimal digits, and no file with a public key.")
        }
        return key.fingerprint
    }

    private static func witness(_ text: String) throws(Failure) -> (number: Int64, hash: String) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let number = Int64(parts[0]), number > 0, parts[1].utf8.count == 64,
            parts[1].allSatisfy(\.isHexDigit)
        else { throw Failure(.usage, "\(text) is not NUMBER:HASH with a hash of 64 hexadecimal digits.") }
        return (number, parts[1].lowercased())
    }

    private static func show(_ fault: ChainFault, _ format: Format) {
        switch format {
        case .text: printLine(fault.text + (fault.file.map { " [\($0)]" } ?? ""))
        case .ndjson:
            var json = JSONText()
            json.object { fault.write(to: &$0) }
            printLine(json.bytes)
        }
    }

    private static func show(_ summary: VerificationSummary, _ format: Format) {
        switch format {
        case .ndjson:
            var json = JSONText()
            json.object { summary.write(to: &$0) }
            printLine(json.bytes)
        case .text:
            for note in summary.notes { printLine("note: \(note)") }
            for stamp in summary.stamps.suffix(3) {
                printLine(
                    "line \(stamp.line) was time-stamped on \(stamp.time.rfc3339) (openssl ts -verify says by whom)")
            }
            for key in summary.keys { printLine("signed by \(key)") }
            if !summary.isPinned {
                printLine(
                    "no key was pinned: whether this is the gateway's key, --key \(summary.keys.last ?? "…") tells")
            }
            printLine("of: \(summary.scope)")
            if let head = summary.head { printLine("head \(head.number):\(head.hash)") }
            printLine(
                "\(summary.isUnaltered ? "unaltered" : "ALTERED"): \(counted(Int(summary.lines), "line")), \(counted(Int(summary.findings), "finding")), \(counted(Int(summary.files), "file")) (\(summary.bytes) bytes), \(counted(Int(summary.rows), "row")), \(summary.removed) taken away, \(counted(Int(summary.faults), "fault"))"
            )
        }
    }
}
