import HTTPTypes
import Hummingbird
import Inspection
import NIOCore

extension GatewayAPI {
    /// Free to loopback, so that a supervisor can ask without a secret.
    func addHealth(to router: Router<RequestPrincipalContext>, trusted: Bool) {
        let authorize = authorize
        @Sendable func admit(_ request: Request, _ context: RequestPrincipalContext) throws {
            if trusted || context.isLoopback { return }
            guard let token = TokenMiddleware.token(of: request) else { throw Problem.noToken }
            guard authorize(token) != nil else { throw Problem.wrongToken }
        }
        router.get("/healthz") { request, context -> Response in
            try admit(request, context)
            return Response(
                status: .ok, headers: [.contentType: "text/plain"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: "ok\n")))
        }
        router.get("/readyz") { request, context -> Response in
            try admit(request, context)
            let ready = await status().isReady
            return Response(
                status: ready ? .ok : .serviceUnavailable, headers: [.contentType: "text/plain"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: ready ? "ready\n" : "not ready\n")))
        }
    }

    func addOperations(to group: RouterGroup<RequestPrincipalContext>) {
        group.get("/metrics") { _, _ -> Response in
            let text = await fullStatus().prometheus()
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
        group.get("/v1/status") { _, _ -> Response in .json(await fullStatus().json()) }
        group.get("/v1/sources") { _, _ -> Response in .json(await fullStatus().json()) }
        group.get("/v1/flights") { request, _ -> Response in
            let limit = try Self.limit(of: request, default: 100, maximum: 1000)
            let flights = try await store.flights(limit: limit)
            var json = JSONText()
            json.object { json in
                json.member("flights") { json in
                    json.array { json in
                        for flight in flights {
                            json.object { json in
                                json.member("id", flight.id.description)
                                json.member("source", flight.source.text)
                                json.member("first_frame", flight.firstFrame.rfc3339)
                                json.member("last_frame", flight.lastFrame.rfc3339)
                                json.member("ended", flight.ended)
                                if let timing = flight.timing {
                                    json.member("timing") { $0.object { timing.write(&$0) } }
                                }
                            }
                        }
                    }
                }
            }
            return .json(json)
        }
    }

    /// What the gateway says of itself, and what the port itself counts.
    private func fullStatus() async -> GatewayStatus {
        var status = await status()
        status.counters["evidence_looks"] = looks.count
        status.counters["original_looks"] = looks.originals
        return status
    }

    static func limit(of request: Request, default standard: Int, maximum: Int) throws -> Int {
        guard let text = request.uri.queryParameters.get("limit") else { return standard }
        guard let limit = Int(text), (1...maximum).contains(limit) else {
            throw Problem(.badRequest, "bad_limit", "limit must be a whole number from 1 to \(maximum).")
        }
        return limit
    }
}
