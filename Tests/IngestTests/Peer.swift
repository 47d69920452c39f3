import Foundation

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

    /// Runs ffmpeg on files to its end.
    static func convert(_ arguments: [String]) -> Bool {
        guard let peer = start("ffmpeg", ["-hide_banner", "-loglevel", "error", "-y"] + arguments) else { return false }
        peer.process.waitUntilExit()
        return peer.process.terminationStatus == 0
    }

    /// True once something listens on the TCP port.
    static func awaitPort(_ port: Int, seconds: Double = 10) -> Bool {
        let wanted = ":" + String(port, radix: 16, uppercase: true)
        let limit = Date().addingTimeInterval(seconds)
        while Date() < limit {
            let table = String(
                decoding: (try? FileHandle(forReadingAtPath: "/proc/net/tcp")?.readToEnd()) ?? Data(), as: UTF8.self)
            for line in table.split(separator: "\n") {
                let fields = line.split(separator: " ")
                if fields.count > 3, fields[1].hasSuffix(wanted), fields[3] == "0A" { return true }
            }
            Thread.sleep(forTimeInterval: 0.05)
        }
        return false
    }

    func wait() { process.waitUntilExit() }

    func stop() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    deinit { stop() }
}
