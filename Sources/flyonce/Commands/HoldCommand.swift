import ArgumentParser
import Curl
import Foundation
import Inspection

struct HoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Keep everything of a finding, whatever retention says, until it is released.",
        discussion: "Asks the running daemon.", subcommands: [Set.self, Release.self, List.self])

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put a finding under a legal hold.")

        @Argument(help: "The finding's id.") var finding: String
        @Option(help: "Why, such as the number of the proceedings.") var why: String
        @Option(help: "The configuration that names the state directory.") var config = RunCommand.defaultConfig

        func run() async throws {
            let id = try HoldCommand.id(finding)
            var body = JSONText()
            body.object { $0.member("why", why) }
            let daemon = try HoldCommand.daemon(config)
            let answer = try await daemon.ask(
                .put, "/v1/findings/\(id)/hold", body: body.bytes, missing: "There is no such finding.")
            printLine(try HoldCommand.text(answer))
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let retention have the finding's files again.")

        @Argument(help: "The finding's id.") var finding: String
        @Option(help: "The configuration that names the state directory.") var config = RunCommand.defaultConfig

        func run() async throws {
            let id = try HoldCommand.id(finding)
            let daemon = try HoldCommand.daemon(config)
            let answer = try await daemon.ask(
                .delete, "/v1/findings/\(id)/hold", missing: "There is no such finding.")
            printLine(try HoldCommand.text(answer))
        }
    }

    struct List: AsyncParsableCommand {
        enum Format: String, ExpressibleByArgument, CaseIterable { case text, ndjson }

        static let configuration = CommandConfiguration(abstract: "List the findings under a legal hold.")

        @Option(help: "The configuration that names the state directory.") var config = RunCommand.defaultConfig
        @Option(help: "text: for people; ndjson: one Feature a line.") var format = Format.text

        func run() async throws {
            let daemon = try HoldCommand.daemon(config)
            var after = ""
            while true {
                let answer = try await daemon.ask(.get, "/v1/holds?limit=1000" + after)
                guard let page = try JSONSerialization.jsonObject(with: answer) as? [String: Any],
                    let features = page["features"] as? [[String: Any]]
                else { throw Failure(.failed, "The daemon's answer cannot be read.") }
                for feature in features {
                    let data = try JSONSerialization.data(
                        withJSONObject: feature, options: [.sortedKeys, .withoutEscapingSlashes])
                    printLine(format == .ndjson ? String(decoding: data, as: UTF8.self) : try HoldCommand.text(data))
                }
                guard page["more"] as? Bool == true, let last = features.last?["id"] as? String else { return }
                after = "&after=\(last)"
            }
        }
    }

    private static func daemon(_ config: String) throws -> ControlSocket {
        // A page is a thousand findings.
        ControlSocket(settings: try RunCommand.settings(at: config), maximumBytes: 64 << 20)
    }

    private static func id(_ text: String) throws(Failure) -> FindingID {
        guard let id = FindingID(text) else { throw Failure(.usage, "\(text) is no finding's id.") }
        return id
    }

    /// Of a Feature.
    private static func text(_ feature: Data) throws -> String {
        struct Feature: Decodable {
            struct Properties: Decodable {
                struct Hold: Decodable { var by, at, why: String; var released_by, released_at: String? }
                var hold: Hold?
            }
            var id: String
            var properties: Properties
        }
        let feature = try JSONDecoder().decode(Feature.self, from: feature)
        guard let hold = feature.properties.hold else { return "\(feature.id)  no hold" }
        let released = hold.released_by.map { ", released by \($0) at \(hold.released_at ?? "?")" } ?? ""
        return "\(feature.id)  held by \(hold.by) since \(hold.at): \(hold.why)\(released)"
    }
}
