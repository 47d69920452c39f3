import HTTPTypes
import Hummingbird
import Inspection
import Logging
import NIOCore

/// An error answer as RFC 9457 problem+json.
struct Problem: Error {
    var status: HTTPResponse.Status
    /// A stable word for programs.
    var code: String
    /// A sentence for people.
    var detail: String
    var headers: HTTPFields

    init(_ status: HTTPResponse.Status, _ code: String, _ detail: String, headers: HTTPFields = [:]) {
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers
    }

    /// The store's own words name files of this machine: they go to the log.
    init(_ error: StoreError) {
        switch error.kind {
        case .notFound: self.init(.notFound, "not_found", "There is no such record.")
        case .invalid: self.init(.conflict, "refused", "The store does not take this.")
        case .full: self.init(.serviceUnavailable, "full", "The disk is full: try again later.")
        case .locked:
            self.init(
                .serviceUnavailable, "busy", "The store cannot say this yet: try again later.",
                headers: [.retryAfter: "10"])
        case .damaged:
            // What was met is looked through and moved aside: the same question is answered soon.
            self.init(
                .serviceUnavailable, "damaged", "The store met damage, and is setting it aside: try again later.",
                headers: [.retryAfter: "10"])
        case .newerFormat, .unreadable, .io:
            self.init(.internalServerError, error.kind.rawValue, "The store could not answer.")
        }
    }

    static let noToken = Problem(
        .unauthorized, "token_missing", "A token is needed: send Authorization: Bearer TOKEN.",
        headers: [.wwwAuthenticate: "Bearer realm=\"flyonce\""])

    /// RFC 6750, 3.1: a token came, and opens nothing.
    static let wrongToken = Problem(
        .unauthorized, "token_invalid", "This token is not valid: it was revoked, or is none of this gateway.",
        headers: [.wwwAuthenticate: "Bearer realm=\"flyonce\", error=\"invalid_token\""])

    var response: Response {
        var json = JSONText(capacity: 256)
        json.object { json in
            json.member("type", "about:blank")
            json.member("title", status.reasonPhrase)
            json.member("status", status.code)
            json.member("code", code)
            json.member("detail", detail)
        }
        var headers = headers
        headers[.contentType] = "application/problem+json"
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}

/// Turns every thrown error into a problem; the inside of an unexpected one stays inside.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = RequestPrincipalContext

    func handle(
        _ request: Request, context: RequestPrincipalContext,
        next: (Request, RequestPrincipalContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            return problem.response
        } catch let error as HTTPError {
            return Problem(error.status, "http", error.body ?? error.status.reasonPhrase).response
        } catch let error as StoreError {
            context.logger.error("store: \(error.description)")
            return Problem(error).response
        } catch is NIOTooManyBytesError {
            return Problem(.contentTooLarge, "too_large", "The request's body is too large.").response
        } catch {
            context.logger.error("request failed: \(String(describing: error))")
            return Problem(.internalServerError, "internal", "The request failed.").response
        }
    }
}

extension Response {
    static func json(_ json: JSONText, type: String = "application/json", status: HTTPResponse.Status = .ok) -> Response
    {
        Response(
            status: status, headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}
