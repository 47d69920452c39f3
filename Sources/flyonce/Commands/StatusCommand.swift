import API
import ArgumentParser
import Curl
import Evidence
import Foundation
import Inspection
import Settings
import Store

struct StatusCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, ndjson }

    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the sources, the books of every destination, and the counters.",
        discussion: "Asks the running daemon; when none runs, reads the store itself.")

    @Option(help: "The configuration that names the state directory.") var config = RunCommand.defaultConfig
    @Option(help: "text: for people; ndjson: one JSON value.") var format = Format.text

    func run() async throws {
        let settings = try RunCommand.settings(at: config)
        let json: Data
        if let answer = try await Self.ask(settings) {
            json = answer
        } else {
            json = try await Self.read(settings)
        }
        switch format {
        case .ndjson: printLine(Array(json))
        case .text: try Self.show(json)
        }
    }

    /// Nil when no daemon answers.
    static func ask(_ settings: GatewaySettings) async throws(Failure) -> Data? {
        let socket = Gateway.controlSocket(in: settings.stateDirectory)
        guard FileManager.default.fileExists(atPath: socket) else { return nil }
        var request = HTTPRequest(.get, "http://flyonce.local/v1/status")
        request.unixSocket = socket
        request.timeouts.totalMilliseconds = 10_000
        do {
            let response = try await HTTPClient().send(request)
            guard response.status == 200 else {
                throw Failure(.failed, "The daemon answered \(response.status) instead of its status.")
            }
            return Data(response.body)
        } catch let failure as Failure {
            throw failure
        } catch {
            return nil
        }
    }

    private static func read(_ settings: GatewaySettings) async throws(Failure) -> Data {
        if let holder = StateDirectory.holder(of: settings.stateDirectory) {
            throw Failure(
                .unavailable,
                "A daemon (process \(holder)) holds \(settings.stateDirectory) but does not answer on its control socket."
            )
        }
        let path = settings.stateDirectory + "/flyonce.db"
        guard FileManager.default.fileExists(atPath: path) else {
            throw Failure(.unavailable, "No daemon runs, and there is no store in \(settings.stateDirectory) yet.")
        }
        do throws(StoreError) {
            let database = try FindingDatabase.openReadOnly(path)
            let books = try await database.books()
            let held = try await database.holdings()
            var counters = database.counters
            counters["findings_stored"] = held.findings
            counters["flights_stored"] = held.flights
            var status = GatewayStatus(
                gateway: settings.name, version: FlyOnce.version, startedAt: nil, isReady: false,
                sources: [], books: books, counters: counters)
            status.chain = chain(in: settings.stateDirectory)
            status.cases = (try? await database.caseCounts(now: SystemClock().utc)) ?? []
            try? await database.close()
            return Data(status.json().bytes)
        } catch {
            throw Failure(error)
        }
    }

    private static func chain(in stateDirectory: String) -> ChainStatus? {
        guard let head = SealedChain.head(in: stateDirectory) else { return nil }
        let key = SealedChain.publicKeys(in: stateDirectory).first { $0.id == head.key }
        return ChainStatus(
            lines: head.number, head: head.hash, key: key?.fingerprint ?? head.key,
            sealed: SealedChain.last(in: stateDirectory)?.sequence)
    }

    private struct Status: Decodable {
        struct Source: Decodable {
            var name: String
            var state: String
            var location: String
            var counters: [String: Int64]
            var metadata_age_s: Double?
            var last_error: String?
            var files: Files?
            var feeds: [Feed]?
            var timing: StatusTiming?
        }

        struct Rule: Decodable {
            var rule: String
            var precision_floor: Double
            var upheld: Int
            var dismissed: Int
            var under_floor: Bool

            var text: String {
                guard upheld + dismissed > 0 else { return "rule \(rule): none of its findings was judged yet" }
                return "rule \(rule): \(upheld) of its last \(upheld + dismissed) judged findings were upheld"
                    + (under_floor ? ", under its floor of \(precision_floor): what it finds waits for a person" : "")
            }
        }

        struct Feed: Decodable {
            var name: String
            var state: String
            var age_s: Double?
            var clock_difference_s: Double?
            var gives_poses: Bool
            var last_error: String?
            var counters: [String: Int64]

            var text: String {
                let age = age_s.map { ", newest \($0.fixed(1)) s old" } ?? ""
                let clock = clock_difference_s.map { ", clock and delay \($0.fixed(1)) s" } ?? ""
                let poses = counted(counters["poses"] ?? 0, counter: "poses")
                let late = counted(counters["late"] ?? 0, counter: "late")
                let part = gives_poses ? ", gives the poses" : ""
                return "feed \(name): \(state)\(part)\(age)\(clock); \(poses), \(late)"
                    + (last_error.map { "; \($0)" } ?? "")
            }
        }

        struct Cases: Decodable {
            var scene_type: String
            var open: Int
            var due_soon: Int
            var overdue: Int
            var suspended: Int

            var text: String {
                "cases \(scene_type): \(open) open, \(overdue) overdue, \(due_soon) due soon, \(suspended) suspended"
            }
        }

        struct Store: Decodable {
            var check: String
            var salvages: [String]?
            var salvage_progress: Double?

            /// Nil when there is nothing to say.
            var text: String? {
                if let salvages {
                    let share = salvage_progress.map { ", \(Int(($0 * 100).rounded(.down))) % of the first" } ?? ""
                    return "store: damaged databases are being taken over: \(salvages.joined(separator: ", "))\(share)"
                }
                switch check {
                case "running": return "store: the rows are being looked through"
                case "damaged", "unfinished": return "store: the look through the rows is \(check)"
                default: return nil
                }
            }
        }

        struct Chain: Decodable {
            var lines: Int64
            var head: String
            var key: String
            var last_error: String?
            var time_stamped_at: String?
            var began_at: String?
            var began_behind_seq: Int64?

            var text: String {
                "evidence: \(counted(lines, "line")) sealed, head \(lines):\(head), key \(key)"
                    + (time_stamped_at.map { ", time-stamped \($0)" } ?? "")
                    + (began_at.map {
                        "; began anew on \($0): the store held revisions up to \(began_behind_seq ?? 0), and no chain lay beside it"
                    } ?? "")
                    + (last_error.map { "; \($0)" } ?? "")
            }
        }

        struct Retention: Decodable {
            struct Kept: Decodable {
                var `class`: String
                var bytes: Int64?
                var quota_bytes: Int64?

                var text: String? {
                    bytes.map { bytes in
                        "\(`class`) \(bytes >> 20)\(quota_bytes.map { " of \($0 >> 20)" } ?? "") MiB"
                    }
                }
            }

            var level: String
            var free_bytes: Int64?
            var total_bytes: Int64?
            var evidence: [Kept]
            var must_stay_bytes: Int64
            var holds: Int64
            var last_error: String?

            var text: String {
                let free = free_bytes.map { ", \($0 >> 20) of \((total_bytes ?? 0) >> 20) MiB free" } ?? ""
                let kept = evidence.compactMap(\.text)
                let stay = must_stay_bytes > 0 ? "; \(must_stay_bytes >> 20) MiB over the limits must stay" : ""
                let held = holds > 0 ? "; \(counted(holds, "legal hold"))" : ""
                return "disk: \(level.replacing("_", with: " "))\(free)"
                    + (kept.isEmpty ? "" : "; " + kept.joined(separator: ", "))
                    + stay + held + (last_error.map { "; \($0)" } ?? "")
            }
        }

        struct Files: Decodable {
            struct Failed: Decodable {
                var file: String
                var reason: String
            }

            var current: String?
            var percent: Int?
            var waiting: Int
            var growing: Int
            var done: Int
            var failed: Int
            var failures: [Failed]
        }

        var gateway: String
        var version: String
        var started_at: String?
        var ready: Bool
        var sources: [Source]
        var books: [[String: Value]]
        var circuits: [String: String]?
        var rules: [Rule]?
        var cases: [Cases]?
        var store: Store?
        var chain: Chain?
        var retention: Retention?
        var counters: [String: Int64]
    }

    private enum Value: Decodable {
        case text(String)
        case number(Int64)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int64.self) {
                self = .number(number)
            } else {
                self = .text(try container.decode(String.self))
            }
        }

        var text: String {
            switch self {
            case .text(let text): text
            case .number(let number): String(number)
            }
        }
    }

    private static func show(_ json: Data) throws {
        let status = try JSONDecoder().decode(Status.self, from: json)
        printLine(
            status.ready
                ? "\(status.gateway): running since \(status.started_at ?? "?"), version \(status.version)"
                : "\(status.gateway): no daemon runs")
        if let findings = status.counters["findings_stored"], let flights = status.counters["flights_stored"] {
            printLine("  the store holds \(counted(findings, "finding")) of \(counted(flights, "flight"))")
        }
        for source in status.sources {
            let lack = source.feeds?.isEmpty ?? true ? "no metadata" : "no metadata in the video"
            let age = source.metadata_age_s.map { ", metadata \($0.fixed(1)) s old" } ?? ", \(lack)"
            let counts = ["frames", "packets", "objects", "detections", "findings_opened"]
                .compactMap { name in source.counters[name].map { counted($0, counter: name) } }
                .joined(separator: ", ")
            printLine("  source \(source.name): \(source.state)\(source.state == "ended" ? "" : age); \(counts)")
            if let files = source.files {
                let current = files.current.map { "reading \($0) (\(files.percent ?? 0) %), " } ?? ""
                printLine(
                    "    files: \(current)\(files.waiting) waiting, \(files.growing) growing, \(files.done) done, \(files.failed) failed"
                )
                for failed in files.failures { printLine("    failed: \(failed.file): \(failed.reason)") }
            }
            for feed in source.feeds ?? [] { printLine("    " + feed.text) }
            if let timing = source.timing?.text { printLine("    " + timing) }
            for line in RuleCounters.lines(of: source.counters) { printLine("    " + line) }
            if let error = source.last_error { printLine("    last fault: \(error)") }
        }
        let columns = ["produced", "delivered", "pending", "leased", "held", "superseded", "evicted", "dead"]
        for book in status.books {
            let figures = columns.map { "\($0) \(book[$0]?.text ?? "0")" }.joined(separator: ", ")
            let name = book["destination"]?.text ?? ""
            let isOpen = status.circuits?[name].map { $0 != "closed" } ?? false
            printLine("  destination \(name): \(figures)" + (isOpen ? "; fails: see the journal" : ""))
        }
        for rule in status.rules ?? [] { printLine("  " + rule.text) }
        for cases in status.cases ?? [] { printLine("  " + cases.text) }
        if let store = status.store?.text { printLine("  " + store) }
        if let chain = status.chain { printLine("  " + chain.text) }
        if let retention = status.retention { printLine("  " + retention.text) }
        for (name, value) in status.counters.sorted(by: { $0.key < $1.key })
        where value != 0 && !name.hasSuffix("s_stored") {
            printLine("  \(name): \(value)")
        }
    }
}
