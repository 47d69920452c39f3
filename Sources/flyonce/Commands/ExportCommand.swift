import ArgumentParser
import Evidence
import Foundation
import Inspection
import Settings
import Store

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Copy what a gateway keeps, while it runs or not.",
        discussion: """
            --evidence DIR copies findings with their files and all that proves them into a new folder, which
            `flyonce verify DIR` proves anywhere. --finding, --since and --until choose among them.
            --database FILE copies the database as it is at one moment, to start a gateway on again: docs/retention.md.
            """)

    @Option(help: "The configuration that names the state directory.") var config = RunCommand.defaultConfig
    @Option(help: "A new folder for findings and their proof.") var evidence: String?
    @Option(help: "A new file for a copy of the database.") var database: String?
    @Option(help: "Findings first seen at or after this time (RFC 3339).") var since: String?
    @Option(help: "Findings first seen before this time.") var until: String?
    @Option(help: "This finding; may be given again.") var finding: [String] = []
    @Flag(help: "Every line of the chain, those of other findings too.") var wholeChain = false

    func run() async throws {
        let settings = try RunCommand.settings(at: config)
        guard evidence != nil || database != nil else {
            throw Failure(.usage, "Say what is to be exported: --evidence DIR, --database FILE or both.")
        }
        // The database first: what the folder proves is then no older than it.
        if let database { try exportDatabase(of: settings, to: database) }
        if let evidence { try exportEvidence(of: settings, to: evidence) }
    }

    private func exportDatabase(of settings: GatewaySettings, to file: String) throws(Failure) {
        do throws(StoreError) {
            var told = -1
            let summary = try DatabaseExport(of: settings.stateDirectory + "/flyonce.db", to: file).write { share in
                let percent = Int(min(max(share, 0), 1) * 10) * 10
                guard percent > told else { return }
                told = percent
                say("\(file): \(percent) %")
            }
            say(
                "\(file): \(counted(Int(summary.findings), "finding")), \(summary.bytes) bytes, up to \(summary.sequence) in the change feed"
            )
        } catch {
            throw Failure(error)
        }
    }

    private func exportEvidence(of settings: GatewaySettings, to directory: String) throws(Failure) {
        var selection = EvidenceExport.Selection()
        selection.isWholeChain = wholeChain
        selection.since = try Self.time(since, "--since")
        selection.until = try Self.time(until, "--until")
        for text in finding {
            guard let id = FindingID(text) else { throw Failure(.usage, "\(text) is no finding's id.") }
            selection.findings.insert(id)
        }
        do throws(StoreError) {
            let summary = try EvidenceExport(
                from: settings.stateDirectory, to: directory, selection: selection,
                software: "flyonce " + FlyOnce.version, clock: SystemClock()
            ).write()
            for id in summary.unknown {
                say("warning: \(id) is not in the export: nothing is sealed of it, or not of the times asked for.")
            }
            if summary.missing > 0 {
                say(
                    "warning: \(counted(Int(summary.missing), "file")) of evidence could not be copied: see flyonce verify."
                )
            }
            if summary.damaged > 0 {
                say(
                    "warning: \(counted(Int(summary.damaged), "file")) of evidence no longer \(summary.damaged == 1 ? "holds" : "hold") what was captured: see flyonce verify."
                )
            }
            if !summary.isSigned {
                say("warning: the list of the export is not signed: the key does not lie in the state directory.")
            }
            say(
                "\(directory): \(counted(Int(summary.findings), "finding")), \(counted(Int(summary.files), "file")) (\(summary.bytes) bytes), \(counted(Int(summary.lines), "line")) of the chain"
            )
        } catch {
            throw Failure(error)
        }
    }

    private static func time(_ text: String?, _ option: String) throws(Failure) -> UTCTime? {
        guard let text else { return nil }
        guard let time = UTCTime(rfc3339: text) else {
            throw Failure(
                .usage, "\(option) \(text) is no time of RFC 3339 with its offset, such as 2026-08-20T00:00:00Z.")
        }
        return time
    }
}
