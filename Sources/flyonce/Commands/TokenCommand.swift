import ArgumentParser
import Inspection
import Settings

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Create, list and revoke access tokens.",
        subcommands: [Create.self, List.self, Revoke.self])

    struct StateOptions: ParsableArguments {
        @Option(help: "The configuration that names the state directory.")
        var config = RunCommand.defaultConfig

        func tokens() throws -> AccessTokens {
            AccessTokens(stateDirectory: try RunCommand.settings(at: config).stateDirectory)
        }
    }

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a token and print it: it is never shown again.")

        @Argument(help: "Who will hold it, for the records.") var name: String
        @Flag(help: "It may read, not decide.") var readOnly = false
        @Flag(help: "It may push metadata of sources: for analysers, best with --read-only.") var push = false
        @OptionGroup var state: StateOptions

        func run() throws {
            let token = try state.tokens().create(
                name: name, mayDecide: !readOnly, mayPush: push, at: SystemClock().utc.rfc3339)
            printLine(token)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the tokens' ids and names.")

        @OptionGroup var state: StateOptions

        func run() throws {
            for token in try state.tokens().list() {
                let may = (token.mayDecide ? "decide" : "read") + (token.mayPush ?? false ? ",push" : "")
                printLine("\(token.id)\t\(token.name)\t\(may)\t\(token.createdAt)")
            }
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revoke a token: it stops working at once.")

        @Argument(help: "The id that `flyonce token list` shows.") var id: String
        @OptionGroup var state: StateOptions

        func run() throws { try state.tokens().revoke(id) }
    }
}
