import Foundation
import FoundationNetworking
import Glibc
import Testing

/// The reference case platform as a process of its own.
final class Platform: Sendable {
    let address: String
    private let program: RunningProgram

    init(_ words: [String] = []) async throws {
        program = try RunningProgram(.casePlatform, ["--port", "0"] + words)
        let program = program
        let up = await eventually(within: 20, every: 0.02) { program.output.contains("http://") }
        try #require(up, "the case platform did not start: \(program.complaint)")
        let line = try #require(program.output.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/))
        address = String(line.output)
    }

    /// External id → number of cases.
    var cases: [String: Int] {
        get async throws {
            let (status, body) = try await HTTP.send("GET", address + "/admin/summary")
            try #require(status == 200)
            return try JSON(body)["external_ids"].members.mapValues { $0["cases"].count ?? -1 }
        }
    }
}

/// A gateway's folder and configuration, and its daemon when one runs.
final class Deployment: Sendable {
    let scratch: Scratch
    let port: Int

    var state: String { scratch.file("state") }
    var config: String { scratch.file("flyonce.yaml") }
    var page: String { "http://127.0.0.1:\(port)" }

    /// `keys` are the source's own besides its address; `release` is that of the one destination, `county`, and `county`
    /// its further keys.
    init(
        source: String, keys: String = "", platform: Platform?, release: String = "auto", port: Int? = nil,
        casePoll: String = "1s", county: String = ""
    ) throws {
        scratch = try Scratch()
        self.port = try port ?? FreePort.tcp()
        var text = """
            gateway: {name: trial}
            state_directory: state
            http: {listen: "127.0.0.1:\(self.port)"}
            sources:
              uav-1: {url: "\(source)"\(keys.isEmpty ? "" : ", \(keys)")}

            """
        if let platform {
            text += """
                destinations:
                  county:
                    kind: four-platform
                    url: \(platform.address)
                    entitled_to_originals: true
                    release: {default: \(release)}
                    retry: {initial: 100ms, maximum: 1s}
                    case_poll: \(casePoll)
                    \(county)

                """
        }
        try scratch.write(text, "flyonce.yaml")
    }

    func start() throws -> RunningProgram { try RunningProgram(.flyonce, ["run", "--config", config]) }

    /// Starts the daemon and waits until it answers on its port.
    func startReady() async throws -> RunningProgram {
        let daemon = try start()
        let ready = await eventually(within: 30, every: 0.05) {
            !daemon.isRunning || daemon.complaint.contains("ready listen=")
        }
        try #require(ready && daemon.isRunning, "the daemon did not start: \(daemon.complaint)")
        return daemon
    }

    func status() async throws -> JSON {
        let outcome = try await Program.flyonce("status", "--config", config, "--format", "ndjson")
        try #require(outcome.code == 0, "\(outcome.description)")
        return try JSON(outcome.output)
    }

    /// Waits until the file was read to its end and nothing is owed any more.
    func settle(within seconds: Double = 40) async throws {
        let settled = try await eventually(within: seconds, every: 0.25) {
            let status = try await self.status()
            let sources = status["sources"].items
            return !sources.isEmpty && sources.allSatisfy { $0["state"] == .text("ended") }
                && status["books"].items.allSatisfy { $0["pending"].count == 0 && $0["leased"].count == 0 }
        }
        let last = try await status()
        try #require(settled, "the daemon did not settle: \(last)")
    }

    /// Every finding, over the port.
    func findings(token: String) async throws -> [JSON] {
        let (status, body) = try await HTTP.send("GET", page + "/v1/findings?limit=500", token: token)
        try #require(status == 200, "\(status) \(body)")
        return try JSON(body)["features"].items
    }

    func token() async throws -> String {
        let outcome = try await Program.flyonce("token", "create", "journey", "--config", config)
        try #require(outcome.code == 0, "\(outcome.description)")
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

enum HTTP {
    static func send(
        _ method: String, _ address: String, token: String? = nil, body: String? = nil
    ) async throws -> (status: Int, body: String) {
        var request = URLRequest(url: try #require(URL(string: address)), timeoutInterval: 20)
        request.httpMethod = method
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        if let body {
            request.httpBody = Data(body.utf8)
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        let (data, response) = try await URLSession.shared.data(for: request)
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
    }
}

/// Ports of 127.0.0.1 that nothing is bound to: at random, so that tests that run at once get different ones, and below
/// those that the system gives to callers.
enum FreePort {
    static func tcp() throws -> Int { try free(SOCK_STREAM) }
    static func udp() throws -> Int { try free(SOCK_DGRAM) }

    private static func free(_ type: __socket_type) throws -> Int {
        for _ in 0..<100 {
            let port = UInt16.random(in: 20_000..<32_000)
            let socket = Socket(type, port: port)
            if socket != nil { return Int(port) }
        }
        throw JSON.Unreadable(description: "no free port")
    }
}

/// A bound socket of 127.0.0.1, closed with its owner. Listens when it is a stream.
final class Socket: Sendable {
    private let descriptor: Int32

    init?(_ type: __socket_type, port: UInt16) {
        descriptor = socket(AF_INET, Int32(type.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let descriptor = descriptor
        let bound = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // Refused, it is closed by deinit, which runs as the descriptor is already ours.
        guard bound == 0 else { return nil }
        if type == SOCK_STREAM { listen(descriptor, 4) }
    }

    deinit { close(descriptor) }
}
