import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

@testable import CasePlatform

/// A context without a connection; notes when one would have been cut off.
struct CallContext: DroppingContext {
    struct Source: RequestContextSource {
        let logger = Logger(label: "test")
        let drops = DropCounter()
    }

    var coreContext: CoreRequestContextStorage
    private let drops: DropCounter

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        drops = source.drops
    }

    func dropConnection() async { drops.add() }
}

final class DropCounter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func add() { count.withLock { $0 += 1 } }
}

/// Calls the platform's routes without a network.
struct RouterCaller: Sendable {
    struct Answer: Sendable {
        var status: Int
        var text: String
        var type: String

        func member(_ name: String) -> String? {
            let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            return object?[name] as? String
        }
    }

    let desk: CaseDesk
    private let responder: RouterResponder<CallContext>
    private let source = CallContext.Source()

    init(_ options: CasePlatformOptions = CasePlatformOptions()) throws {
        desk = try CaseDesk(options: options)
        responder = CasePlatformServer.router(desk, token: options.token, context: CallContext.self).buildResponder()
    }

    var drops: Int { source.drops.value }

    func call(
        _ method: HTTPRequest.Method, _ path: String, _ body: String = "", _ fields: [String: String] = [:]
    ) async throws -> Answer {
        try await call(method, path, bytes: Array(body.utf8), fields)
    }

    func call(
        _ method: HTTPRequest.Method, _ path: String, bytes: [UInt8], _ fields: [String: String] = [:]
    ) async throws -> Answer {
        var headers = HTTPFields()
        for (name, value) in fields { if let name = HTTPField.Name(name) { headers[name] = value } }
        let head = HTTPRequest(method: method, scheme: "http", authority: "test", path: path, headerFields: headers)
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: bytes)))
        let response: Response
        do {
            response = try await responder.respond(to: request, context: CallContext(source: source))
        } catch let error as HTTPError {
            return Answer(status: error.status.code, text: "", type: "")
        }
        let collector = BodyCollector()
        try await response.body.write(collector)
        return Answer(
            status: response.status.code, text: collector.text, type: response.headers[.contentType] ?? "")
    }

    func report(
        _ body: String, key: String = "k-1", _ fields: [String: String] = [:]
    ) async throws -> Answer {
        try await call(.post, "/v1/reports", body, fields.merging(["Idempotency-Key": key]) { first, _ in first })
    }
}

private final class BodyCollector: ResponseBodyWriter, Sendable {
    private let bytes = Mutex<[UInt8]>([])

    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

    func write(_ buffer: ByteBuffer) async throws { bytes.withLock { $0.append(contentsOf: buffer.readableBytesView) } }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

/// The body of a report of finding `id`.
func reportBody(
    _ id: String = "f-1", revision: Int = 1, title: String = "暴露垃圾", attachments: [String] = [],
    jurisdiction: String? = nil
) -> String {
    let told = jurisdiction.map { #""jurisdiction":\#($0),"# } ?? ""
    let list = attachments.map { #"{"sha256":"\#($0)","kind":"picture","media_type":"image/jpeg"}"# }.joined(
        separator: ",")
    return """
        {"format":1,"external_id":"\(id)","revision":\(revision),"scene_type":"waste.exposed","severity":"yellow",\
        \(told)"finding":{"type":"Feature","id":"\(id)","geometry":{"type":"Point","coordinates":[118.415495,29.137336,121.4]},\
        "properties":{"title":{"zh":"\(title)","en":"Exposed waste"},"severity":"yellow","confidence":0.87,\
        "first_seen":"2026-08-20T03:04:05Z","location":{"method":"ray","ce90_m":7.7},\
        "rule":{"id":"waste","reasons":[{"condition":"object.label == 1","values":{"object.label":"<i>waste</i>"}}]}}},\
        "attachments":[\(list)]}
        """
}
