import Foundation

/// A real broker in a process of its own, on a port of this machine that is likely free.
final class TestBroker {
    let port = Int.random(in: 20_000..<32_000)
    let folder: URL
    private let configuration: String
    private var process: Process?

    /// Nil, with a line printed, when mosquitto is absent. `extra` are lines of its configuration, `$` in them the folder.
    init?(_ extra: [String] = ["allow_anonymous true"], prepare: (URL) -> Bool = { _ in true }) {
        guard TestBroker.path(of: "mosquitto") != nil, TestBroker.path(of: "mosquitto_pub") != nil else { return nil }
        folder = FileManager.default.temporaryDirectory.appending(path: "broker-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        configuration = folder.appending(path: "broker.conf").path
        guard prepare(folder) else { return nil }
        let lines = ["listener \(port) 127.0.0.1", "persistence false", "user root"] + extra
        let text = lines.map { $0.replacing("$", with: folder.path) }.joined(separator: "\n") + "\n"
        try? text.write(toFile: configuration, atomically: true, encoding: .utf8)
        start()
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(at: folder)
    }

    static func path(of program: String) -> String? {
        for folder in ["/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/"]
        where FileManager.default.isExecutableFile(atPath: folder + program) {
            return folder + program
        }
        print("not run: \(program) is absent")
        return nil
    }

    func start() {
        process = Self.launch("mosquitto", ["-c", configuration])
        _ = Self.awaits(10) { Self.listens(self.port) }
    }

    func stop() {
        guard let process, process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Says each line of `messages` on the topic; false when the broker did not take them.
    @discardableResult
    func publish(_ topic: String, _ messages: [String], _ options: [String] = []) -> Bool {
        guard let program = Self.path(of: "mosquitto_pub") else { return false }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["-h", "127.0.0.1", "-p", "\(port)", "-t", topic, "-l", "-q", "1"] + options
        // Of a file: writing to a pipe whose reader has gone would end the tests by a signal.
        let lines = folder.appending(path: "messages-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: lines) }
        guard (try? Data(messages.map { $0 + "\n" }.joined().utf8).write(to: lines)) != nil,
            let input = FileHandle(forReadingAtPath: lines.path)
        else { return false }
        process.standardInput = input
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    static func launch(_ program: String, _ arguments: [String]) -> Process? {
        guard let path = path(of: program) else { return nil }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        return (try? process.run()) == nil ? nil : process
    }

    @discardableResult
    static func run(_ program: String, _ arguments: [String]) -> Bool {
        guard let process = launch(program, arguments) else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    static func awaits(_ seconds: Double, _ condition: () -> Bool) -> Bool {
        let limit = Date().addingTimeInterval(seconds)
        while !condition() {
            guard Date() < limit else { return false }
            Thread.sleep(forTimeInterval: 0.02)
        }
        return true
    }

    static func listens(_ port: Int) -> Bool {
        let wanted = ":" + String(port, radix: 16, uppercase: true)
        let table = String(
            decoding: (try? FileHandle(forReadingAtPath: "/proc/net/tcp")?.readToEnd()) ?? Data(), as: UTF8.self)
        return table.split(separator: "\n").contains { line in
            let fields = line.split(separator: " ")
            return fields.count > 3 && fields[1].hasSuffix(wanted) && fields[3] == "0A"
        }
    }
}

/// Authorities and certificates of one test, made by openssl.
struct TestCertificates {
    /// `ca.pem`, `broker.pem` and `broker.key` for `name`, `client.pem` and `client.key`, and `other.pem` of an authority that
    /// vouches for none of them.
    static func make(in folder: URL, name: String = "IP:127.0.0.1") -> Bool {
        func file(_ name: String) -> String { folder.appending(path: name).path }
        func openssl(_ arguments: [String]) -> Bool { TestBroker.run("openssl", arguments) }
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        for authority in ["ca", "other"] {
            let made = openssl(
                ["req", "-x509"] + key + ["-keyout", file(authority + ".key"), "-out", file(authority + ".pem")]
                    + ["-days", "2", "-subj", "/CN=\(authority) of a test"])
            guard made else { return false }
        }
        for (owner, extension_) in [("broker", "subjectAltName=\(name)"), ("client", "extendedKeyUsage=clientAuth")] {
            try? extension_.write(toFile: file(owner + ".ext"), atomically: true, encoding: .utf8)
            let asked = openssl(
                ["req", "-new"] + key + ["-keyout", file(owner + ".key"), "-out", file(owner + ".csr")]
                    + ["-subj", "/CN=\(owner)"])
            let signed =
                asked
                && openssl(
                    ["x509", "-req", "-in", file(owner + ".csr"), "-CA", file("ca.pem"), "-CAkey", file("ca.key")]
                        + ["-CAcreateserial", "-out", file(owner + ".pem"), "-days", "2"]
                        + ["-extfile", file(owner + ".ext")])
            guard signed else { return false }
        }
        return true
    }
}
