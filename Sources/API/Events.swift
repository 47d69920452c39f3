import HTTPTypes
import Hummingbird
import Inspection
import NIOCore

extension GatewayAPI {
    /// `GET /v1/events`: server-sent events, one a finding's newest revision, after `Last-Event-ID` or `cursor` (from the
    /// beginning when neither is given). A comment at least every 15 s keeps middle boxes awake; the stream ends when its
    /// token no longer opens anything.
    func addEvents(to group: RouterGroup<RequestPrincipalContext>) {
        group.get("/v1/events") { request, context -> Response in
            let cursor = request.headers[.lastEventID] ?? request.uri.queryParameters.get("cursor")
            let start = try sequence(after: cursor)
            guard let news = announcements.listen() else {
                throw Problem(.serviceUnavailable, "too_many_listeners", "Too many listen already.")
            }
            let token = context.token
            return Response(
                status: .ok,
                headers: [.contentType: "text/event-stream", .cacheControl: "no-store", .accelBuffering: "no"],
                body: ResponseBody { writer in
                    // A phone that goes away is let go at once, and not at the next write.
                    try await request.body.consumeWithCancellationOnInboundClose { _ in
                        try await follow(news, after: start, by: token, to: &writer)
                    }
                    try await writer.finish(nil)
                })
        }
    }

    private func follow(
        _ news: AsyncStream<Void>, after start: Int64, by token: String?, to writer: inout any ResponseBodyWriter
    ) async throws {
        try await writer.write(ByteBuffer(string: ": flyonce\n\n"))
        guard var position = try await write(after: start, by: token, to: &writer) else { return }
        for await _ in Self.withHeartbeat(news) {
            let before = position
            guard let next = try await write(after: position, by: token, to: &writer) else { return }
            position = next
            if position == before { try await writer.write(ByteBuffer(string: ":\n\n")) }
        }
    }

    /// How far it got; nil when the token opens nothing any more, which is asked when what it would see is at hand.
    private func write(
        after start: Int64, by token: String?, to writer: inout any ResponseBodyWriter
    ) async throws -> Int64? {
        var position = start
        while true {
            let page = try await store.changes(after: position, limit: 100)
            if let token, authorize(token) == nil { return nil }
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
