import Foundation
import HTTPTypes
import Logging
import Synchronization
import Testing

struct Answer: Sendable {
    var status: Int
    var headers: HTTPFields
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var type: String { headers[.contentType] ?? "" }
    var object: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]) ?? [:] }
    /// Of a problem.
    var code: String? { object["code"] as? String }
    /// Of a page of findings.
    var ids: [String] { (object["features"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String } }
    var properties: [String: Any] { object["properties"] as? [String: Any] ?? [:] }

    /// What every answer owes: the browser's orders, and no secret.
    func expectManners(_ location: SourceLocation) {
        let policy = headers[.contentSecurityPolicy] ?? ""
        #expect(policy.hasPrefix("default-src 'none'; script-src 'self';"), sourceLocation: location)
        #expect(!policy.contains("unsafe"), sourceLocation: location)
        #expect(headers[.xContentTypeOptions] == "nosniff", sourceLocation: location)
        #expect(headers[HTTPField.Name("Referrer-Policy")!] == "no-referrer", sourceLocation: location)
        #expect(headers[.cacheControl] != nil, sourceLocation: location)
        let said = headers.filter { $0.name != .setCookie }.map(\.value).joined() + text
        #expect(!said.contains(TestGateway.reader) && !said.contains(TestGateway.officer), sourceLocation: location)
    }
}

/// What was logged, metadata included.
final class LogLines: Sendable {
    private let kept = Mutex<[String]>([])

    var all: [String] { kept.withLock { $0 } }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(lines: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = "\(event.level) \(event.message) \(event.metadata ?? [:]) \(metadata)"
            lines.kept.withLock { $0.append(line) }
        }
    }
}
