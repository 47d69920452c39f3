import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// The reference four-platform case flow: cases in memory, or in a journal that a restart reads again.
///
/// Made for trying a gateway: it keeps the contract of `docs/case-flow.md` and can be told to be cruel about it.
public struct CasePlatformServer: Sendable {
    private let options: CasePlatformOptions
    private let desk: CaseDesk
    private let onRunning: @Sendable (Int) async -> Void

    /// Reads the journal. `onRunning` is told the port once connections are taken.
    public init(
        options: CasePlatformOptions = CasePlatformOptions(),
        onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws(CasePlatformError) {
        guard (0...65535).contains(options.port) else {
            throw CasePlatformError(kind: .invalidOption, description: "port must be 0 to 65535")
        }
        guard options.cruelty.isValid else {
            throw CasePlatformError(kind: .invalidOption, description: "rates are 0 to 1, the delay 0 to 600000 ms")
        }
        self.options = options
        self.onRunning = onRunning
        desk = try CaseDesk(options: options)
    }

    /// Serves until the task is cancelled.
    public func run() async throws {
        let onRunning = onRunning
        let logger = Self.logger()
        let application = Application(
            router: Self.router(desk, token: options.token, context: PlatformContext.self),
            configuration: ApplicationConfiguration(
                address: .hostname(options.host, port: options.port), serverName: "case-platform"),
            onServerRunning: { await onRunning($0.localAddress?.port ?? 0) }, logger: logger)
        let options = options
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    try await Self.serve(application, logger)
                } catch let error as IOError {
                    throw Self.failure(error, options)
                } catch is SocketAddressError.UnknownHost {
                    throw CasePlatformError(
                        kind: .address,
                        description: "\(options.host) is no address of this machine: choose another with --host")
                }
                return true
            }
            group.addTask {
                await desk.runCallbacks()
                return false
            }
            if let interval = options.advanceEvery {
                group.addTask {
                    try await advance(interval)
                    return false
                }
            }
            defer { group.cancelAll() }
            while let serverHasEnded = try await group.next(), !serverHasEnded {}
        }
    }

    private static func failure(_ error: IOError, _ options: CasePlatformOptions) -> CasePlatformError {
        let place = "port \(options.port) of \(options.host)"
        let description =
            switch error.errnoCode {
            case EADDRINUSE: "\(place) is in use: stop what listens there, or choose another with --port"
            case EADDRNOTAVAIL: "\(options.host) is no address of this machine: choose another with --host"
            case EACCES: "\(place) needs privileges: choose one from 1024 up with --port"
            default: "\(place) cannot be listened on (error \(error.errnoCode))"
            }
        return CasePlatformError(kind: .address, description: description)
    }

    private static func logger() -> Logger {
        var logger = Logger(label: "case-platform")
        logger.logLevel = .warning
        return logger
    }

    /// Runs the application apart from this task's cancellation, which asks it to stop accepting and finish what it has: a
    /// listener that is cut off while a connection is being handed over stops the process (NIOAsyncWriter).
    private static func serve(_ application: some ApplicationProtocol, _ logger: Logger) async throws {
        var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(2)
        let group = ServiceGroup(configuration: configuration)
        let serving = Task { try await group.run() }
        try await withTaskCancellationHandler {
            try await serving.value
        } onCancel: {
            Task { await group.triggerGracefulShutdown() }
        }
    }

    public var summary: CasePlatformSummary {
        get async { await desk.summary }
    }

    public func setCruelty(_ cruelty: Cruelty) async { await desk.setCruelty(cruelty) }

    /// Moves a case, forward or back. False when there is no case of that number.
    public func move(_ number: String, to stage: CaseStage) async throws -> Bool {
        try await desk.move(number, to: stage, now: Date()) != nil
    }

    private func advance(_ interval: Duration) async throws {
        let seconds = max(Double(interval.components.seconds) + Double(interval.components.attoseconds) / 1e18, 0.01)
        while true {
            try await Task.sleep(for: .seconds(min(seconds / 4, 1)))
            try await desk.advance(interval: seconds, now: Date())
        }
    }

    static func router<Context: DroppingContext>(
        _ desk: CaseDesk, token: String?, context: Context.Type
    ) -> Router<Context> {
        let router = Router(context: Context.self)
        let token = token.map { BearerToken($0) }
        CaseRoutes(desk: desk, token: token).add(to: router)
        AdminRoutes(desk: desk, token: token).add(to: router)
        return router
    }
}
