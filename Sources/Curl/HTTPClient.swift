internal import Synchronization

/// Sends requests over libcurl's multi interface: one thread does all the transfers, connections are kept and reused.
///
/// The thread sleeps in `curl_multi_poll` while nothing moves. It ends when the client is released; what is under way then
/// fails as cancelled.
public final class HTTPClient: Sendable {
    private let engine: TransferEngine

    public init(options: Options = Options()) {
        engine = TransferEngine(options: options)
        engine.startThread()
    }

    deinit { engine.stop() }

    /// Limits of one client.
    public struct Options: Sendable, Hashable {
        /// More requests than this at a time fail as busy.
        public var maximumTransfers = 128
        /// Open at one time, to all hosts and to each.
        public var maximumConnections = 32
        public var maximumConnectionsPerHost = 8
        /// Handles kept for the next requests.
        static let spareHandles = 64
        /// `http://host:port` of a proxy; nil goes direct, whatever the environment says.
        public var proxy: String?
        public var userAgent = "flyonce"

        public init() {}
    }

    /// The response, whatever its status; an error when there is none. Cancelling the task ends the transfer.
    public func send(_ request: HTTPRequest) async throws(CurlError) -> HTTPResponse {
        let host = try request.validated()
        let engine = engine
        try await Self.wait(toSend: request, host)
        guard let id = engine.announce() else {
            throw CurlError(kind: .busy, host: host, description: "\(host): too many requests under way")
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                engine.start(id, request, host: host) { continuation.resume(returning: $0) }
            }
        } onCancel: {
            engine.cancel(id)
        }
        return try result.get()
    }

    /// A body in memory goes whole: it waits until the limits it counts against have room for it.
    private static func wait(toSend request: HTTPRequest, _ host: String) async throws(CurlError) {
        guard case .bytes(let bytes) = request.body, !request.rates.isEmpty else { return }
        let pause = request.rates.map { $0.reserve(bytes.count) }.max() ?? 0
        guard pause > 0 else { return }
        do { try await Task.sleep(for: .nanoseconds(pause)) } catch { throw TransferEngine.cancelled(host) }
    }
}
