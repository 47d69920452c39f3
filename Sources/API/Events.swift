import HTTPTypes
import Hummingbird
import Inspection
import NIOCore

extension GatewayAPI {
    /// `GET /v1/events`: server-sent events, one a finding's newest revision, from `Last-Event-ID` or `cursor` on (from now
    /// when neither is given). A comment every 15 s keeps middle boxes awake.
    func addEvents(to group: RouterGroup<RequestPrincipalContext>) {
        group.get("/v1/events") { request, _ -> Response in
            let cursor = request.headers[HTTPField.Name("Last-Event-ID")!] ?? request.uri.queryParameters.get("cursor")
            let start = try sequence(after: cursor)
            guard let news = announcements.listen() else {
                throw Problem(.serviceUnavailable, "too_many_listeners", "Too many listen already.")
            }
            return Response(
                status: .ok,
                headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
                body: ResponseBody { writer in
                    var position = start
                    try await writer.write(ByteBuffer(string: ": flyonce\n\n"))
                    position = try await write(after: position, to: &writer)
                    for await _ in Self.withHeartbeat(news) {
                        let before = position
                        position = try await write(after: position, to: &writer)
                        if position == before { try await writer.write(ByteBuffer(string: ":\n\n")) }
                    }
                    try await writer.finish(nil)
                })
        }
    }

    private func write(after start: Int64, to writer: inout any ResponseBodyWriter) async throws -> Int64 {
        var position = start
        while true {
            let page = try await store.changes(after: position, limit: 100)
            for stored in page {
                var buffer = ByteBuffer()
                buffer.writeString("id: \(store.epoch).\(stored.sequence)\nevent: finding\ndata: ")
                buffer.writeBytes(stored.feature)
                buffer.writeString("\n\n")
                try await writer.write(buffer)
                position = stored.sequence
            }
            if page.count < 100 { return position }
        }
    }

    /// `news`, and every 15 s something when there is none.
    private static func withHeartbeat(_ news: AsyncStream<Void>) -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let ticking = Task {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(15))
                    continuation.yield()
                }
            }
            let listening = Task {
                for await _ in news { continuation.yield() }
                continuation.finish()
            }
            continuation.onTermination = { _ in
                ticking.cancel()
                listening.cancel()
            }
        }
    }
}
