import Foundation

/// A program that ran to its end.
struct Outcome: Sendable {
    /// Nil when a signal ended it.
    var code: Int32?
    var signal: Int32?
    var timedOut: Bool
    var output: String
    var complaint: String

    var lines: [Substring] { output.split(separator: "\n") }

    /// What a test says when it did not expect this.
    var description: String {
        let end = timedOut ? "ran out of time" : signal.map { "signal \($0)" } ?? "code \(code ?? -1)"
        return "\(end)\n\(complaint.suffix(2000))\n\(output.suffix(500))"
    }
}

/// A program under test, or a peer of it, as a real process.
struct Program: Sendable {
    static let flyonce = Program(path: Checkout.products.appending(path: "flyonce").path)
    static let casePlatform = Program(path: Checkout.products.appending(path: "case-platform").path)

    var path: String

    /// Found as a shell would; nil when it is not installed.
    init?(installed name: String) {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        guard let found = folders.map({ "\($0)/\(name)" }).first(where: FileManager.default.isExecutableFile) else {
            return nil
        }
        path = found
    }

    init(path: String) { self.path = path }

    func callAsFunction(
        _ arguments: String..., input: String = "", limit: Double = 60
    ) async throws -> Outcome {
        try await run(arguments, input: input, limit: limit)
    }

    /// Waits for a free place, then for the end; kills what takes longer than `limit` seconds.
    func run(_ arguments: [String], input: String = "", limit: Double = 60) async throws -> Outcome {
        await Turnstile.shared.enter()
        do {
            let running = try RunningProgram(self, arguments, input: input)
            let outcome = await running.end(within: limit)
            await Turnstile.shared.leave()
            return outcome
        } catch {
            await Turnstile.shared.leave()
            throw error
        }
    }
}

/// A process with its output in files, so that no pipe ever fills. It does not outlive its owner.
final class RunningProgram: Sendable {
    private let process: Process
    private let scratch: Scratch

    init(_ program: Program, _ arguments: [String], input: String = "") throws {
        scratch = try Scratch()
        process = Process()
        process.executableURL = URL(filePath: program.path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: scratch.path)
        var environment = ProcessInfo.processInfo.environment
        environment["FLYONCE_MODELS"] = Checkout.models
        process.environment = environment
        let files = [
            try FileHandle(forReadingFrom: URL(filePath: scratch.write(input, "in"))),
            try FileHandle(forWritingTo: URL(filePath: scratch.write("", "out"))),
            try FileHandle(forWritingTo: URL(filePath: scratch.write("", "err"))),
        ]
        (process.standardInput, process.standardOutput, process.standardError) = (files[0], files[1], files[2])
        // Foundation keeps them open with the process object, which outlives its owner; and it reads past its list of open
        // files when there are some 1365 of them.
        defer { for file in files { try? file.close() } }
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var id: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }
    var output: String { text("out") }
    var complaint: String { text("err") }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    func end(within limit: Double) async -> Outcome {
        let ended = await eventually(within: limit, every: 0.01) { !self.process.isRunning }
        if !ended {
            send(SIGKILL)
            _ = await eventually(within: 10) { !self.process.isRunning }
        }
        // Foundation traps when it is asked how a program ended that still runs.
        guard !process.isRunning else {
            return Outcome(code: nil, signal: nil, timedOut: true, output: output, complaint: complaint)
        }
        let exited = process.terminationReason == .exit
        return Outcome(
            code: exited ? process.terminationStatus : nil, signal: exited ? nil : process.terminationStatus,
            timedOut: !ended, output: output, complaint: complaint)
    }

    private func text(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: scratch.file(name)) ?? Data(), as: UTF8.self)
    }
}

/// Asks until the answer is yes or the time is over.
func eventually(
    within seconds: Double, every pause: Double = 0.1, _ condition: () async throws -> Bool
) async rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
        if try await condition() { return true }
        if ContinuousClock.now > deadline { return false }
        try? await Task.sleep(for: .seconds(pause))
    }
}

/// Lets as many programs run at once as the machine has cores, so that a time limit measures a program and not its queue.
actor Turnstile {
    static let shared = Turnstile(places: max(2, ProcessInfo.processInfo.activeProcessorCount))

    private var places: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) { self.places = places }

    func enter() async {
        if places > 0 {
            places -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty { places += 1 } else { waiting.removeFirst().resume() }
    }
}
