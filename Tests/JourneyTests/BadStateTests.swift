import Foundation
import Glibc
import Testing

/// What stands in a daemon's way at its start is said in one sentence with the right exit code, and nothing is destroyed.
@Suite(.serialized) struct BadStateTests {
    @Test(arguments: ["run", "check"])
    func `a configuration that is not there`(command: String) async throws {
        let outcome = try await Program.flyonce(command, "--config", "/nowhere/flyonce.yaml")
        BadInputTests.expect(outcome, code: 78, says: ["/nowhere/flyonce.yaml", "--config"])
    }

    static let mistakes: [(text: String, complaints: [String])] = [
        ("gateway: {name: x}\nsorces: {}\n", [":2:1:", "sorces", "sources"]),
        ("gateway: {name: x}\nstate_directory: s\nsources:\n  a: {ulr: x}\n", [":4:", "ulr", "url"]),
        ("gateway: {name: Big Name}\n", [":1:", "name"]),
        ("gateway: {name: x}\nhttp: {listen: nowhere}\n", [":2:", "listen"]),
        ("gateway: {name: x}\nsources:\n  a: {url: \"ftp://x/y\"}\n", [":3:", "url"]),
        (
            "gateway: {name: x}\nsources:\n  a: {url: \"udp://127.0.0.1:5004\", telemetry: [{url: a.tlog}]}\n",
            [":3:", "telemetry[0].url", "recording"]
        ),
        (
            "gateway: {name: x}\nsources:\n  a: {url: a.ts, analysis: [{from: http}]}\n",
            [":3:", "analysis[0].from", "live stream"]
        ),
        (
            "gateway: {name: x}\ndestinations:\n  a: {kind: four-platform, url: \"http://127.0.0.1:1\", template: city-jso}\n",
            [":3:65: destinations.a.template", "did you mean city-json"]
        ),
        (
            "gateway: {name: x}\ndestinations:\n  a: {kind: four-platform, url: \"http://127.0.0.1:1\", template: ./gone.yaml}\n",
            [":3:65: destinations.a.template", "gone.yaml is not there"]
        ),
        (
            "gateway: {name: x}\ndestinations:\n  a:\n    kind: four-platform\n    url: http://127.0.0.1:1\n    template: city-json\n    template_settings: {source_cod: UAV, area_code: \"1\"}\n",
            [":7:", "destinations.a.template_settings.source_code: is missing", "did you mean it by source_cod"]
        ),
        ("gateway: {name: x\n", ["flyonce.yaml:"]),
        ("", ["flyonce.yaml", "gateway"]),
        ("gateway: {name: x}\nrules: {packs: [nowhere.yaml]}\n", ["nowhere.yaml"]),
    ]

    @Test(arguments: mistakes)
    func `a mistake in the configuration is named with line and column`(
        mistake: (text: String, complaints: [String])
    ) async throws {
        let scratch = try Scratch()
        let path = try scratch.write(mistake.text, "flyonce.yaml")
        for command in ["run", "check"] {
            let outcome = try await Program.flyonce(command, "--config", path, limit: 20)
            BadInputTests.expect(outcome, code: 78, says: mistake.complaints)
        }
    }

    @Test func `a daemon without a source stops when it is told to`() async throws {
        let gateway = try Self.idle()
        let daemon = try await gateway.startReady()
        daemon.send(SIGTERM)
        let outcome = await daemon.end(within: 10)
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(!outcome.complaint.contains("error:"), "\(outcome.complaint)")
    }

    @Test func `a second daemon on the same state names the first`() async throws {
        let gateway = try Self.idle()
        let daemon = try await gateway.startReady()
        let second = try await Program.flyonce("run", "--config", gateway.config, limit: 20)
        BadInputTests.expect(second, code: 69, says: ["\(daemon.id)", gateway.state])
        #expect(daemon.isRunning)
    }

    @Test func `a port that is in use is named`() async throws {
        let gateway = try Self.idle()
        let held = try #require(Socket(SOCK_STREAM, port: UInt16(gateway.port)))
        let outcome = try await Program.flyonce("run", "--config", gateway.config, limit: 20)
        withExtendedLifetime(held) {
            BadInputTests.expect(outcome, code: 69, says: ["\(gateway.port)", "http.listen"])
        }
        #expect(!outcome.complaint.contains("CancellationError"), "\(outcome.complaint)")
    }

    @Test func `a database of a newer version is refused and left as it is`() async throws {
        let gateway = try Self.idle()
        let daemon = try await gateway.startReady()
        daemon.send(SIGKILL)
        _ = await daemon.end(within: 5)
        let python = try #require(Program(installed: "python3"))
        let script = """
            import sqlite3, sys
            connection = sqlite3.connect(sys.argv[1])
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA user_version = 999")
            connection.commit()
            """
        let aged = try await python("-c", script, gateway.state + "/flyonce.db")
        try #require(aged.code == 0, "\(aged.description)")
        let before = try await sha256(of: gateway.state + "/flyonce.db")
        for command in ["run", "status"] {
            let outcome = try await Program.flyonce(command, "--config", gateway.config, limit: 20)
            BadInputTests.expect(outcome, code: 65, says: ["flyonce.db", "999"])
        }
        #expect(try await sha256(of: gateway.state + "/flyonce.db") == before)
    }

    @Test func `a database that is none is set aside whole, and the daemon starts`() async throws {
        let gateway = try Self.idle()
        try FileManager.default.createDirectory(atPath: gateway.state, withIntermediateDirectories: true)
        let text = String(repeating: "no database ", count: 1000)
        try gateway.scratch.write(text, "state/flyonce.db")
        let daemon = try await gateway.startReady()
        daemon.send(SIGTERM)
        #expect(await daemon.end(within: 20).code == 0)
        #expect(daemon.complaint.contains("flyonce.db"))
        let aside = try FileManager.default.subpathsOfDirectory(atPath: gateway.state + "/quarantine")
            .map { FileManager.default.contents(atPath: gateway.state + "/quarantine/" + $0) }
        #expect(aside.contains(Data(text.utf8)))
    }

    @Test(arguments: ["run", "token create x"])
    func `a file where the state directory should be`(command: String) async throws {
        let gateway = try Self.idle()
        try gateway.scratch.write("mine", "state")
        let words = command.split(separator: " ").map(String.init)
        let outcome = try await Program.flyonce.run(words + ["--config", gateway.config], limit: 20)
        BadInputTests.expect(outcome, code: 69, says: [gateway.state, "directory"])
        #expect(try String(contentsOfFile: gateway.state, encoding: .utf8) == "mine")
    }

    /// /proc takes no directories from anyone, root included.
    @Test func `a state directory that cannot be made`() async throws {
        let gateway = try Self.idle(state: "/proc/flyonce")
        let outcome = try await Program.flyonce("run", "--config", gateway.config, limit: 20)
        BadInputTests.expect(outcome, code: 69, says: ["/proc/flyonce"])
    }

    @Test func `a full disk at the start`() async throws {
        guard getuid() == 0, let mount = Program(installed: "mount"), let unmount = Program(installed: "umount") else {
            print("left out: only root can mount a small disk")
            return
        }
        let scratch = try Scratch()
        let disk = scratch.file("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        let mounted = try await mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", disk)
        guard mounted.code == 0 else {
            print("left out: a small disk cannot be mounted here: \(mounted.complaint)")
            return
        }
        do {
            try await Self.fill(disk)
            _ = try await unmount("-l", disk)
        } catch {
            _ = try await unmount("-l", disk)
            throw error
        }
    }

    private static func fill(_ disk: String) async throws {
        for room in [0, 64 << 10] {
            let filler = disk + "/filler"
            _ = FileManager.default.createFile(atPath: filler, contents: Data(count: (1 << 20) - room))
            let gateway = try idle(state: disk + "/state")
            let outcome = try await Program.flyonce("run", "--config", gateway.config, limit: 20)
            BadInputTests.expect(outcome, code: 69, says: ["no space left", disk])
            try? FileManager.default.removeItem(atPath: filler)
        }
        // With room again the same directory works.
        let gateway = try idle(state: disk + "/state")
        let daemon = try await gateway.startReady()
        daemon.send(SIGKILL)
        _ = await daemon.end(within: 5)
    }

    @Test func `a source that is not there ends a daemon that has no other`() async throws {
        let gateway = try Deployment(source: "/nowhere/flight.ts", platform: nil)
        let check = try await Program.flyonce("check", "--config", gateway.config)
        BadInputTests.expect(check, code: 78, says: ["uav-1", "/nowhere/flight.ts"])
        let run = try await Program.flyonce("run", "--config", gateway.config, limit: 40)
        BadInputTests.expect(run, code: 65, says: ["/nowhere/flight.ts"])
    }

    @Test func `a status with neither daemon nor store says so`() async throws {
        let gateway = try Self.idle()
        let outcome = try await Program.flyonce("status", "--config", gateway.config)
        BadInputTests.expect(outcome, code: 69, says: [gateway.state])
        #expect(!FileManager.default.fileExists(atPath: gateway.state))
    }

    @Test func `a destination that is none is named with those that are`() async throws {
        let platform = try await Platform()
        let gateway = try Deployment(source: "", platform: platform)
        let text = try String(contentsOfFile: gateway.config, encoding: .utf8)
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("sources") && !$0.contains("uav-1") }
        try gateway.scratch.write(lines.joined(separator: "\n") + "\n", "flyonce.yaml")
        let daemon = try await gateway.startReady()
        for words in [["list", "conty"], ["list", "conty", "--state", "pending"], ["resend", "conty"]] {
            let outcome = try await Program.flyonce.run(["outbox"] + words + ["--config", gateway.config], limit: 20)
            BadInputTests.expect(outcome, code: 2, says: ["conty", "did you mean county?"])
        }
        let known = try await Program.flyonce("outbox", "list", "county", "--config", gateway.config)
        #expect(known.code == 0 && known.output.isEmpty)
        daemon.send(SIGTERM)
        _ = await daemon.end(within: 10)
    }

    /// A gateway with nothing to look at and nobody to tell.
    private static func idle(state: String = "state") throws -> Deployment {
        let gateway = try Deployment(source: "", platform: nil)
        try gateway.scratch.write(
            """
            gateway: {name: trial}
            state_directory: \(state)
            http: {listen: "127.0.0.1:\(gateway.port)"}

            """, "flyonce.yaml")
        return gateway
    }
}
