import ArgumentParser
import CasePlatform
import Foundation

/// The reference four-platform case flow as a program.
@main
struct CasePlatformCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case-platform",
        abstract: "A reference four-platform case flow: takes reports, keeps cases, shows them on a page.")

    @Option(help: "Address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "Port to listen on; 0 takes any free one.")
    var port = 8190

    @Option(help: "Bearer token that callers must send.")
    var token: String?

    @Option(help: "Journal file that keeps cases over restarts.")
    var journal: String?

    @Option(name: .customLong("advance-every"), help: "Time a case stays at each stage, as 500ms, 2s or 1m.")
    var advanceEvery: TimeText?

    @Option(help: "Wait this long before acting, as 500ms or 2s.")
    var delay: TimeText?

    @Option(name: .customLong("fail-rate"), help: "Share of requests answered 503 without acting, 0 to 1.")
    var failRate = 0.0

    @Option(name: .customLong("drop-answers"), help: "Share of requests acted upon but not answered, 0 to 1.")
    var dropAnswers = 0.0

    @Option(help: "Seed of the cruelties.")
    var seed: UInt64 = 1

    @Option(name: .customLong("callback-url"), help: "http:// address told of stage changes.")
    var callbackURL: String?

    @Option(name: .customLong("callback-secret"), help: "whsec_… secret the callbacks are signed with.")
    var callbackSecret: String?

    /// Runs, and ends with a sentence and the exit code of sysexits.h: 2 for words that are off, 69 for an address or a
    /// journal that cannot be had.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if let platform = command as? CasePlatformCommand {
                try await platform.run()
            } else {
                try command.run()
            }
            Foundation.exit(0)
        } catch let error as CasePlatformError {
            complain("case-platform: \(error.description).")
            Foundation.exit(error.kind == .invalidOption ? 2 : 69)
        } catch {
            let code = exitCode(for: error)
            if code == .success { Self.exit(withError: error) }
            complain(fullMessage(for: error))
            Foundation.exit(code == .validationFailure ? 2 : code.rawValue)
        }
    }

    private static func complain(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }

    func validate() throws {
        guard (callbackURL == nil) == (callbackSecret == nil) else {
            throw ValidationError("--callback-url and --callback-secret go together")
        }
    }

    func run() async throws {
        var options = CasePlatformOptions()
        options.host = host
        options.port = port
        options.token = token
        options.journal = journal
        options.advanceEvery = advanceEvery.map { .milliseconds($0.milliseconds) }
        options.cruelty = Cruelty(
            delayMilliseconds: delay?.milliseconds ?? 0, failRate: failRate, dropRate: dropAnswers)
        options.seed = seed
        if let callbackURL, let callbackSecret {
            options.callback = CasePlatformOptions.Callback(url: callbackURL, secret: callbackSecret)
        }
        let host = host
        let server = try CasePlatformServer(options: options) { port in
            // Unbuffered, for whoever starts this program and waits for its port.
            try? FileHandle.standardOutput.write(contentsOf: Data("case-platform: http://\(host):\(port)/\n".utf8))
        }
        try await server.run()
    }
}
