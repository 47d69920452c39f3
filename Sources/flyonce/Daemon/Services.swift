import API
import Foundation
import Inspection
import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

/// The port, until told to shut down. Listeners of events are let go first, or they would hold the port open.
struct PortService: Service {
    let announcements: Announcements
    let serve: @Sendable () async throws -> Void

    init(announcements: Announcements, serve: @escaping @Sendable () async throws -> Void) {
        self.announcements = announcements
        self.serve = serve
    }

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await serve()
        } onGracefulShutdown: {
            announcements.finish()
        }
    }
}

/// The command line's way in: a socket that only this user can open.
struct ControlService: Service {
    /// What a socket address holds.
    static let longestPath = 107

    let api: GatewayAPI
    let path: String
    let logger: Logger

    func run() async throws {
        guard path.utf8.count <= Self.longestPath else {
            logger.warning(
                "no control socket: \(path) is longer than \(Self.longestPath) bytes; `flyonce status` cannot ask this daemon"
            )
            return try await gracefulShutdown()
        }
        // Whatever lies there belongs to a daemon that is gone: this one holds the lock.
        try? FileManager.default.removeItem(atPath: path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let path = path
        try await api.serveControl(socket: path, logger: logger) {
            try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        }
    }
}

/// Tells systemd that the daemon lives, as long as the store answers.
struct WatchdogService: Service {
    let manager: ServiceManager
    let store: any FindingStore & Outbox

    func run() async throws {
        guard let interval = manager.watchdogInterval else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if (try? await store.books()) != nil { manager.isAlive() }
                try? await Task.sleep(for: interval)
            }
        }
    }
}

/// SIGHUP reads the configuration and the rules again.
struct ReloadService: Service {
    let gateway: Gateway
    let config: String?

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) {
                if let config { gateway.reload(config: config) }
            }
        }
    }
}

/// A call that is only known after what calls it was made.
final class NotifyOnce: Sendable {
    private let body = Mutex<(@Sendable () -> Void)?>(nil)

    func set(_ body: @escaping @Sendable () -> Void) { self.body.withLock { $0 = body } }

    func call() { body.withLock { $0 }?() }
}
