import HTTPTypes
import Hummingbird
import NIOCore

/// A request's context with who asks and from where.
struct RequestPrincipalContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    var principal: GatewayAPI.Principal?
    /// What let `principal` in; nil on the control socket.
    var token: String?
    let remoteAddress: SocketAddress?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress
    }

    var isLoopback: Bool {
        if case .unixDomainSocket = remoteAddress { return true }
        guard let address = remoteAddress?.ipAddress else { return false }
        return address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
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
            context.principal = GatewayAPI.Principal(name: "operator", mayDecide: true, mayPush: true)
        } else {
            guard let token = Self.token(of: request) else { throw Problem.noToken }
            guard let principal = authorize(token) else { throw Problem.wrongToken }
            context.principal = principal
            context.token = token
        }
        return try await next(request, context)
    }

    static func token(of request: Request) -> String? {
        if let header = request.headers[.authorization] {
            guard header.lowercased().hasPrefix("bearer ") else { return nil }
            let token = header.dropFirst(7).drop { $0 == " " }
            return token.isEmpty ? nil : String(token)
        }
        // A cookie comes along by itself, so it may not carry a command from another site.
        if let cookie = request.cookies[cookie] {
            if request.method != .get, request.method != .head {
                guard request.headers[.flyOnce] != nil else { return nil }
            }
            return cookie.value.isEmpty ? nil : cookie.value
        }
        return nil
    }
}

/// What no page of ours may ever do, said to the browser on every answer, errors among them; and an answer to HEAD has no
/// body.
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
        response.headers[.referrerPolicy] = "no-referrer"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return request.method == .head ? response.createHeadResponse() : response
    }
}

extension HTTPField.Name {
    /// Sent by the page with every command: another site's page cannot add it without asking first, and is refused.
    static let flyOnce = HTTPField.Name("X-FlyOnce")!
    static let lastEventID = HTTPField.Name("Last-Event-ID")!
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    /// Tells nginx to pass events on as they come.
    static let accelBuffering = HTTPField.Name("X-Accel-Buffering")!
}
