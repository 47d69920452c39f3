import Foundation
import NIOCore
import NIOPosix
import Settings

/// Ports of this machine, tried by listening on them for a moment.
enum Port {
    /// A port of loopback that nothing listens on.
    static func free() async throws -> Int {
        let channel = try await bind(host: "127.0.0.1", port: 0)
        let port = channel.localAddress?.port ?? 0
        try await channel.close()
        return port
    }

    /// Says clearly that the daemon's port cannot be had, before anything runs.
    static func requireFree(_ http: HTTPSettings) async throws(Failure) {
        do {
            try await bind(host: http.host, port: http.port).close()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw Failure(
                .unavailable,
                "Port \(http.port) of \(http.host) is in use: stop what listens there, or change http.listen.")
        } catch let error as IOError where error.errnoCode == EADDRNOTAVAIL {
            throw Failure(.badConfig, "\(http.host) is not an address of this machine: change http.listen.")
        } catch let error as IOError where error.errnoCode == EACCES {
            throw Failure(
                .unavailable, "Port \(http.port) needs privileges: take one from 1024 up in http.listen.")
        } catch {
            throw Failure(.unavailable, "Port \(http.port) of \(http.host) cannot be listened on: \(error)")
        }
    }

    private static func bind(host: String, port: Int) async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: host, port: port).get()
    }
}
