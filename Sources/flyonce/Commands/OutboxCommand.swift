import ArgumentParser
import Curl
import Foundation
import Inspection

struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "List what is owed to a destination, and send again what it refused for good.",
        discussion: "Asks the running daemon.", subcommands: [List.self, Resend.self])

    struct List: AsyncParsableCommand {
        enum State: String, ExpressibleByArgument, CaseIterable { case pending, leased, held, dead }
        enum Format: String, ExpressibleByArgument, CaseIterable { case text, ndjson }

        static let configuration = CommandConfiguration(abstract: "List deliveries of one state, oldest first.")

        @Argument(help: "The destination, as the configuration or `flyonce status` names it.") var destination: String
        @Option(help: "pending, leased, held (waiting for a person) or dead (refused for good).") var state = State.dead
        @Option(help: "Entries at most.") var limit = 1000
        @Option(help: "The configuration that names the state directory.") var config = RunCommand.defaultConfig
        @Option(help: "text: for people; ndjson: one JSON value an entry.") var format = Format.text

        private struct Page: Decodable {
            struct Entry: Codable {
                var finding: String
                var revision: Int
                var seq: Int64
                var severity: String
                var attempts: Int
                var created: String
                var due: String?
                var last_error: String?
            }

            var entries: [Entry]
            var more: Bool
        }

        func run() async throws {
            let name = try OutboxCommand.name(destination)
            let daemon = ControlSocket(settings: try RunCommand.settings(at: config))
            var after: Int64 = 0
            var left = max(limit, 0)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            while left > 0 {
                let body = try await daemon.ask(
                    .get, "/v1/outbox/\(name)?state=\(state.rawValue)&after=\(after)&limit=\(min(left, 1000))",
                    missingCode: .usage)
                let page = try JSONDecoder().decode(Page.self, from: body)
                for entry in page.entries {
                    switch format {
                    case .ndjson: printLine(Array(try encoder.encode(entry)))
                    case .text:
                        let why = entry.last_error.map { ": " + $0 } ?? ""
                        printLine(
                            "\(entry.finding)  revision \(entry.revision)  \(entry.severity)  \(counted(entry.attempts, "attempt"))"
                                + (entry.due.map { "  due \($0)" } ?? "") + why)
                    }
                }
                guard page.more, let last = page.entries.last else { return }
                left -= page.entries.count
                after = last.seq
            }
        }
    }

    struct Resend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put deliveries that were refused for good back in the queue.")

        @Argument(help: "The destination.") var destination: String
        @Option(help: "One finding's id. Left out: all of them.") var finding: String?
        @Option(help: "The configuration that names the state directory.") var config = RunCommand.defaultConfig

        func run() async throws {
            let name = try OutboxCommand.name(destination)
            if let finding, FindingID(finding) == nil { throw Failure(.usage, "\(finding) is no finding's id.") }
            let daemon = ControlSocket(settings: try RunCommand.settings(at: config))
            let body = finding.map { Array(#"{"finding":"\#($0)"}"#.utf8) }
            let answer = try await daemon.ask(.post, "/v1/outbox/\(name)/resend", body: body, missingCode: .usage)
            let resent = try JSONDecoder().decode([String: Int].self, from: answer)["resent"] ?? 0
            printLine("\(counted(resent, "delivery", "deliveries")) in the queue again")
        }
    }

    private static func name(_ text: String) throws(Failure) -> Name {
        guard let name = Name(text) else { throw Failure(.usage, "\(text) is no destination's name.") }
        return name
    }
}
