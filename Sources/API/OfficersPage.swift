import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension GatewayAPI {
    /// The page itself holds no secret: it asks for a token, and trades it for a cookie that no script can read.
    func addPage(to router: Router<RequestPrincipalContext>) {
        Self.serve(PackageResources.page_html, as: "text/html; charset=utf-8", at: "/", on: router)
        Self.serve(PackageResources.page_css, as: "text/css; charset=utf-8", at: "/page.css", on: router)
        Self.serve(PackageResources.page_js, as: "text/javascript; charset=utf-8", at: "/page.js", on: router)
        for (file, name, type) in [
            ("leaflet.min.js", "leaflet.js", "text/javascript; charset=utf-8"),
            ("leaflet.css", "leaflet.css", "text/css; charset=utf-8"),
        ] {
            let path = options.leaflet + "/" + file
            router.get("/leaflet/\(name)") { _, context -> Response in
                Response(
                    status: .ok, headers: [.contentType: type, .cacheControl: "max-age=86400"],
                    body: try await FileIO().loadFile(path: path, context: context))
            }
        }
        router.post("/session") { request, _ -> Response in
            guard request.headers[.flyOnce] != nil else {
                throw Problem(.forbidden, "other_site", "A session is opened from this page only.")
            }
            var request = request
            let body = try await request.collectBody(upTo: 1024)
            let token = String(buffer: body).trimmingCharacters(in: .whitespacesAndNewlines)
            guard !token.isEmpty, authorize(token) != nil else {
                throw Problem.wrongToken
            }
            // The page's own origin: a proxy in front may speak https where this gateway sees http.
            let isSecure = request.headers[.origin]?.hasPrefix("https://") ?? false
            var response = Response(status: .noContent)
            response.setCookie(
                Cookie(
                    name: TokenMiddleware.cookie, value: token, maxAge: 30 * 86_400, path: "/", secure: isSecure,
                    httpOnly: true, sameSite: .strict))
            return response
        }
    }

    private static func serve(
        _ bytes: [UInt8], as type: String, at path: RouterPath, on router: Router<RequestPrincipalContext>
    ) {
        let buffer = ByteBuffer(bytes: bytes)
        router.get(path) { _, _ -> Response in
            Response(
                status: .ok, headers: [.contentType: type, .cacheControl: "no-cache"],
                body: ResponseBody(byteBuffer: buffer))
        }
    }
}
