import HTTPTypes
import Hummingbird
import NIOCore

/// A request's context with who asks and from where.
struct RequestPrincipalContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    var principal: GatewayAPI.Principal?
    let remoteAddress: SocketAddress?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress
    }

    var isLoopback: Bool {
        switch remoteAddress {
        case .v4(let address): address.host.hasPrefix("127.") || (remoteAddress?.ipAddress?.hasPrefix("127.") ?? false)
        case .v6: remoteAddress?.ipAddress == "::1"
        case .unixDomainSocket: true
        case nil: false
        }
    }
}

/// Lets in whoever has a token: `Authorization: Bearer …`, or the page's cookie.
struct TokenMiddleware: RouterMiddleware {
    typealias Context = RequestPrincipalContext

    static let cookie = "flyonce_session"

    let authorize: @Sendable (String) -> GatewayAPI.Principal?
    let trusted: Bool

    func handle(
        _ request: Request, context: RequestPrincipalContext,
        next: (Request, RequestPrincipalContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if trusted {
            context.principal = GatewayAPI.Principal(name: "operator", mayDecide: true)
        } else {
            guard let token = Self.token(of: request), let principal = authorize(token) else {
                throw Problem(
                    .unauthorized, "token_missing", "A token is needed: send Authorization: Bearer TOKEN.",
                    headers: [.wwwAuthenticate: "Bearer realm=\"flyonce\""])
            }
            context.principal = principal
        }
        return try await next(request, context)
    }

    static func token(of request: Request) -> String? {
        if let header = request.headers[.authorization] {
            guard header.lowercased().hasPrefix("bearer ") else { return nil }
            return String(header.dropFirst(7))
        }
        // A cookie comes along by itself, so it may not carry a command from another site.
        if let cookie = request.cookies[cookie] {
            if request.method != .get, request.method != .head {
                guard request.headers[HTTPField.Name("X-FlyOnce")!] != nil else { return nil }
            }
            return cookie.value
        }
        return nil
    }
}

/// What no page of ours may ever do, said to the browser on every answer.
struct SecurityHeaders: RouterMiddleware {
    typealias Context = RequestPrincipalContext

    func handle(
        _ request: Request, context: RequestPrincipalContext,
        next: (Request, RequestPrincipalContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[HTTPField.Name("Referrer-Policy")!] = "no-referrer"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }
}
