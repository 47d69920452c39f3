import HTTPTypes
import Hummingbird

/// The methods of every path that is served, so that another method is answered 405 with `Allow` (RFC 9110 section
/// 15.5.6) and not as if the path were unknown.
struct AllowedMethods: Sendable {
    private struct Path: Sendable {
        /// Nil for a part that is chosen by the caller.
        var parts: [String?]
        var methods: Set<HTTPRequest.Method>
    }

    private let paths: [Path]

    init(_ router: Router<RequestPrincipalContext>) {
        var paths: [Path] = []
        for route in router.routes {
            let parts = route.path.description.split(separator: "/").map { part in
                part.hasPrefix(":") || part.hasPrefix("{") ? nil : String(part)
            }
            var methods: Set = [route.method]
            if route.method == .get { methods.insert(.head) }
            if let known = paths.firstIndex(where: { $0.parts == parts }) {
                paths[known].methods.formUnion(methods)
            } else {
                paths.append(Path(parts: parts, methods: methods))
            }
        }
        self.paths = paths
    }

    /// Empty for a path that is not served.
    func methods(of path: String) -> Set<HTTPRequest.Method> {
        let asked = path.split(separator: "/")
        return paths.reduce(into: []) { methods, path in
            guard path.parts.count == asked.count,
                zip(path.parts, asked).allSatisfy({ part, text in part.map { $0 == text } ?? true })
            else { return }
            methods.formUnion(path.methods)
        }
    }
}

struct MethodMiddleware: RouterMiddleware {
    typealias Context = RequestPrincipalContext

    let allowed: AllowedMethods

    func handle(
        _ request: Request, context: RequestPrincipalContext,
        next: (Request, RequestPrincipalContext) async throws -> Response
    ) async throws -> Response {
        let methods = allowed.methods(of: request.uri.path)
        guard methods.isEmpty || methods.contains(request.method) else {
            let words = methods.map(\.rawValue).sorted().joined(separator: ", ")
            throw Problem(
                .methodNotAllowed, "method_not_allowed", "This address answers to \(words).", headers: [.allow: words])
        }
        return try await next(request, context)
    }
}
