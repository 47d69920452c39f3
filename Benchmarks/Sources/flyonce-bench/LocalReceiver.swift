import Foundation

/// nginx, which answers 204 to everything.
struct LocalReceiver {
    private let folder: String
    let port = Int.random(in: 20_000...39_999)
    private let process = Process()

    init(folder: String) throws {
        self.folder = folder
        let config = """
            daemon off; master_process on; worker_processes 1; pid nginx.pid; error_log stderr crit;
            events { worker_connections 1024; }
            http {
              access_log off; client_body_temp_path body; client_body_buffer_size 64k; keepalive_requests 1000000;
              proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
              server { listen 127.0.0.1:\(port) backlog=1024; location / { return 204; } }
            }
            """
        let path = URL(filePath: folder).path + "/nginx.conf"
        try config.write(toFile: path, atomically: true, encoding: .utf8)
        process.executableURL = URL(filePath: "/usr/sbin/nginx")
        process.arguments = ["-p", URL(filePath: folder).path, "-c", path]
        process.standardError = FileHandle.nullDevice
        try process.run()
        Thread.sleep(forTimeInterval: 0.5)
        try BenchError.check(process.isRunning, "nginx did not start: is it installed (apt install nginx-light)?")
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// Requests a second of `curl --parallel`, each with one body of `bytes` from a file.
    func curl(bytes: Int, count: Int) throws -> Double {
        let body = folder + "/body.json"
        try Data(repeating: 97, count: bytes).write(to: URL(filePath: body))
        let config = """
            parallel
            parallel-max = \(ForwardFigures.parallel)
            silent
            request = POST
            data-binary = "@\(body)"
            header = "Content-Type: application/json"
            url = "http://127.0.0.1:\(port)/[1-\(count)]"

            """
        try config.write(toFile: folder + "/curl.conf", atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/curl")
        process.arguments = ["--config", folder + "/curl.conf"]
        process.standardOutput = FileHandle.nullDevice
        let begin = ContinuousClock.now
        try process.run()
        process.waitUntilExit()
        try BenchError.check(process.terminationStatus == 0, "curl ended with \(process.terminationStatus)")
        return Double(count) / ((ContinuousClock.now - begin) / .seconds(1))
    }
}
