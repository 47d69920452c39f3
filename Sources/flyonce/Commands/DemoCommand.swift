import ArgumentParser
import CasePlatform
import Foundation
import Inspection
import Logging
import Settings
import Store

/// Everything on this machine: a simulated flight, the daemon, a reference case platform, and the page.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Everything on this machine: a simulated flight, the daemon, a case platform, and a page.")

    @Option(help: "A flight of your own (a video file) instead of the simulated one.") var flight: String?
    @Option(help: "The scenario to simulate.") var scenario = "town"
    @Option(help: "Where the demo keeps its files; fresh every time.") var directory: String?
    @Flag(help: "End after the summary, even on a terminal.") var noWait = false

    func run() async throws {
        let begin = ContinuousClock.now
        var steps = DemoSteps()
        if let flight { _ = try InspectCommand.open(flight) }
        let folder =
            directory ?? FileManager.default.temporaryDirectory.appending(path: "flyonce-demo-\(getpid())").path
        try DemoFolder.renew(folder)

        var truth: DemoTruth?
        var file = flight.map(ReplayCommand.absolute)
        if file == nil {
            say("1  flight      a simulated flight over a small town")
            let cached = try await DemoFlight.simulated(scenario)
            file = cached.video
            truth = DemoTruth(path: cached.truth)
            say("               \(cached.video)\(cached.wasCached ? " (made before)" : "")")
            steps.end("simulating the flight", since: begin)
        } else {
            say("1  flight      \(file ?? "")")
        }
        let servicesBegin = ContinuousClock.now
        let platform = try await DemoPlatform.start()
        say("2  platform    http://127.0.0.1:\(platform.port)/   the reference four-platform case flow (四平台)")
        let port = try await Port.free()
        let settings = try DemoSettings.settings(
            folder: folder, flight: file ?? "", port: port, platform: platform.port)
        let token = try AccessTokens(stateDirectory: settings.stateDirectory)
            .create(name: "demo", mayDecide: true, at: SystemClock().utc.rfc3339)
        var logger = RunCommand.logger(verbose: false)
        logger.logLevel = .error
        let gateway = try Gateway(settings: settings, logger: logger)
        let page = "http://127.0.0.1:\(port)/#token=\(token)"
        say("3  page        \(page)")
        say("4  daemon      \(counted(settings.sources.count, "source")), state in \(folder)")
        let watch = DemoWatch(port: port, token: token, truth: truth)
        let daemon = Task { try await gateway.run() }
        steps.end("starting platform and daemon", since: servicesBegin)
        let flyBegin = ContinuousClock.now
        let outcome: DemoWatch.Outcome
        do {
            outcome = try await watch.follow(until: daemon)
        } catch {
            _ = await daemon.result
            throw error
        }
        steps.end("flying: findings, evidence, cases", since: flyBegin)
        outcome.summary(of: await platform.summary, steps: steps, total: begin)
        if !noWait, isatty(STDIN_FILENO) == 1 {
            say("The page stays up at \(page)")
            say("Press Return to end.")
            _ = readLine()
        }
        kill(getpid(), SIGTERM)
        _ = await daemon.result
        platform.stop()
        if directory == nil { try? FileManager.default.removeItem(atPath: folder) }
        if let complaint = outcome.complaint(knowsTruth: truth != nil) { throw Failure(.failed, complaint) }
    }
}

/// Where the time went.
struct DemoSteps {
    private(set) var parts: [(String, Double)] = []

    mutating func end(_ what: String, since start: ContinuousClock.Instant) {
        parts.append((what, (ContinuousClock.now - start).inSeconds))
    }
}

enum DemoFolder {
    /// An empty folder of ours: what an earlier demo left is removed, anything else is refused.
    static func renew(_ path: String) throws(Failure) {
        let mark = path + "/.flyonce-demo"
        let manager = FileManager.default
        if let holder = StateDirectory.holder(of: path + "/state") {
            throw Failure(.unavailable, "Another demo (process \(holder)) runs in \(path): name another --directory.")
        }
        if manager.fileExists(atPath: path), !manager.fileExists(atPath: mark),
            (try? manager.contentsOfDirectory(atPath: path))?.isEmpty == false
        {
            throw Failure(.usage, "\(path) is not an earlier demo's folder: name an empty one with --directory.")
        }
        try? manager.removeItem(atPath: path)
        do {
            try manager.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try Data().write(to: URL(filePath: mark))
        } catch {
            throw Failure(
                .unavailable,
                "The directory \(path) cannot be made: \(FileFault.reason(of: error)); name another --directory.")
        }
    }
}

/// The simulated flight, made once and kept as long as the scenario stays the same.
enum DemoFlight {
    static func simulated(_ scenario: String) async throws -> (video: String, truth: String, wasCached: Bool) {
        let path = try ModelFiles.scenario(scenario)
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in (text + FlyOnce.version).utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let caches =
            ProcessInfo.processInfo.environment["XDG_CACHE_HOME"].map { URL(filePath: $0) }
            ?? URL(filePath: NSHomeDirectory()).appending(path: ".cache")
        let folder = caches.appending(path: "flyonce/\(scenario.replacing("/", with: "-"))-\(String(hash, radix: 16))")
        let video = folder.appending(path: "flight.ts").path
        let truth = folder.appending(path: "truth.geojson").path
        if FileManager.default.fileExists(atPath: folder.appending(path: "complete").path) {
            return (video, truth, true)
        }
        // Drawing and encoding block their thread for half a minute: not one of the pool's.
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            let thread = Thread {
                do {
                    let made = try SimulateCommand.write(scenario: path, to: folder.path) {
                        Progress.show("simulating", $0)
                    }
                    Progress.end()
                    guard made.count == 1 else {
                        throw Failure(.usage, "The demo flies once; \(scenario) has \(made.count) flights.")
                    }
                    try Data().write(to: folder.appending(path: "complete"))
                    done.resume()
                } catch {
                    done.resume(throwing: error)
                }
            }
            thread.stackSize = 4 << 20
            thread.start()
        }
        return (video, truth, false)
    }
}

/// The case platform, in this process, on a port that the system chose.
struct DemoPlatform {
    let server: CasePlatformServer
    let port: Int
    private let task: Task<Void, Never>

    static func start() async throws -> DemoPlatform {
        var options = CasePlatformOptions()
        options.port = 0
        options.advanceEvery = .seconds(4)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let server = try CasePlatformServer(options: options) { continuation.yield($0) }
        let task = Task {
            try? await server.run()
            continuation.finish()
        }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else {
            throw Failure(.unavailable, "The case platform could not listen on 127.0.0.1.")
        }
        return DemoPlatform(server: server, port: port, task: task)
    }

    var summary: CasePlatformSummary { get async { await server.summary } }

    func stop() { task.cancel() }
}

enum DemoSettings {
    static func settings(folder: String, flight: String, port: Int, platform: Int) throws(Failure) -> GatewaySettings {
        let text = """
            gateway: {name: demo}
            state_directory: \(ReplayCommand.quoted(folder + "/state"))
            jurisdiction: cn
            http: {listen: "127.0.0.1:\(port)"}
            sources:
              uav-1: {url: \(ReplayCommand.quoted(flight))}
            destinations:
              four-platforms:
                kind: four-platform
                url: "http://127.0.0.1:\(platform)"
                entitled_to_originals: true
                case_poll: 1s
                retry: {initial: 200ms, maximum: 5s}
                release: {default: auto}
            """
        do {
            return try GatewaySettings.parse(text, file: "demo")
        } catch {
            throw Failure(.badConfig, error.description)
        }
    }
}
