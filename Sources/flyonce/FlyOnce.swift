import ArgumentParser
import Foundation

/// The commands of a gateway, in the order of its journey.
@main
struct FlyOnce: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "flyonce",
        abstract: "飞一次: one drone flight becomes enforcement cases, each with its place and its proof.",
        version: version,
        subcommands: [
            DemoCommand.self, RunCommand.self, CheckCommand.self, StatusCommand.self, OutboxCommand.self,
            InspectCommand.self, ReplayCommand.self, RulesCommand.self, GeoCommand.self, SimulateCommand.self,
            TokenCommand.self, VerifyCommand.self, ExportCommand.self, HoldCommand.self, KeyCommand.self,
        ])

    /// Runs a command and ends the process with the exit code that its failure asks for (sysexits.h).
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            end(0)
        } catch let failure as Failure {
            say(failure.isListed ? failure.description : "flyonce: \(failure.description)")
            end(failure.code.rawValue)
        } catch {
            // Wrong words on the command line are usage errors; help and version are not errors at all.
            let code = exitCode(for: error)
            let text = fullMessage(for: error)
            if code == .success {
                printLine(text)
                end(0)
            }
            say(text)
            end(code == .validationFailure ? Failure.Code.usage.rawValue : code.rawValue)
        }
    }

    /// Ends the process without the exit handlers of C libraries: OpenSSL's frees what curl's thread needs to end, and
    /// that thread ends just now when a command has let go of its client. Everything of ours is written by then.
    private static func end(_ code: Int32) -> Never { _exit(code) }
}
