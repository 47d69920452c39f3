import Foundation
import Testing

/// A program that a test talks to, in a process of its own.
final class Peer {
    private let process: Process

    private init(_ process: Process) { self.process = process }

    /// Nil, with a line printed, when the program is absent.
    static func start(_ program: String, _ arguments: [String], in folder: String? = nil) -> Peer? {
        guard let path = path(of: program) else { return nil }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        return Peer(process)
    }

    static func path(of program: String) -> String? {
        for folder in ["/usr/bin/", "/usr/local/bin/", "/usr/sbin/"]
        where FileManager.default.isExecutableFile(atPath: folder + program) {
            return folder + program
        }
        print("\(program) is absent: its test is passed over")
        return nil
    }

    /// A moving picture, 320 by 240 at 25 a second, sent by ffmpeg in real time.
    static func ffmpeg(_ output: [String]) -> Peer? {
        start(
            "ffmpeg",
            ["-hide_banner", "-loglevel", "error", "-re", "-f", "lavfi", "-i", "testsrc=size=320x240:rate=25"]
                + ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "10"]
                + ["-pix_fmt", "yuv420p"] + output)
    }

    /// Runs ffmpeg on files to its end. False when it is absent; a failure of its own is the test's.
    static func convert(_ arguments: [String]) -> Bool {
        guard let peer = start("ffmpeg", ["-hide_banner", "-loglevel", "error", "-y"] + arguments) else { return false }
        peer.process.waitUntilExit()
        guard peer.process.terminationStatus == 0 else {
            Issue.record("ffmpeg failed: \(arguments.joined(separator: " "))")
            return false
        }
        return true
    }

    /// An RTSP server by a Python script that is given its port and then `arguments`, and ends with ``portTaken`` when
    /// the port is not to be had: then another is tried. Nil when GStreamer's RTSP server is absent.
    static func rtsp(_ script: String, _ arguments: [String]) -> (server: Peer, port: Int)? {
        for _ in 0..<5 {
            let port = NetworkListening.port()
            guard !isListening(port) else { continue }
            guard let peer = start("python3", ["-c", script, "\(port)"] + arguments) else { return nil }
            if peer.awaitsPort(port, seconds: 10) { return (peer, port) }
            guard peer.exitStatus == portTaken else {
                print("gst-rtsp-server is absent: RTSP is passed over")
                return nil
            }
        }
        Issue.record("no port is free")
        return nil
    }

    static let portTaken: Int32 = 3

    /// Nil while it runs.
    private var exitStatus: Int32? { process.isRunning ? nil : process.terminationStatus }

    /// True once it listens on the TCP port, which was free; false too when it has ended.
    private func awaitsPort(_ port: Int, seconds: Double) -> Bool {
        let limit = Date().addingTimeInterval(seconds)
        while Date() < limit, process.isRunning {
            if Self.isListening(port) { return true }
            Thread.sleep(forTimeInterval: 0.05)
        }
        return false
    }

    /// True once something listens on the TCP port.
    static func awaitPort(_ port: Int, seconds: Double = 10) -> Bool {
        let limit = Date().addingTimeInterval(seconds)
        while Date() < limit {
            if isListening(port) { return true }
            Thread.sleep(forTimeInterval: 0.05)
        }
        return false
    }

    private static func isListening(_ port: Int) -> Bool {
        let wanted = ":" + String(port, radix: 16, uppercase: true)
        let table = String(
            decoding: (try? FileHandle(forReadingAtPath: "/proc/net/tcp")?.readToEnd()) ?? Data(), as: UTF8.self)
        return table.split(separator: "\n").contains { line in
            let fields = line.split(separator: " ")
            return fields.count > 3 && fields[1].hasSuffix(wanted) && fields[3] == "0A"
        }
    }

    func wait() { process.waitUntilExit() }

    func stop() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    deinit { stop() }
}
