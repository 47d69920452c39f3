import Foundation
import HTTPTypes
import Hummingbird

extension Response {
    static func json(_ status: HTTPResponse.Status, _ body: Data) -> Response {
        bytes(status, body, "application/json")
    }

    /// RFC 9457.
    static func problem(
        _ status: HTTPResponse.Status, _ type: String, _ title: String, missing: [String]? = nil
    ) -> Response {
        let problem = CaseText.Problem(
            type: "/problems/\(type)", title: title, status: status.code, detail: nil, missing: missing)
        return bytes(status, CaseText.encode(problem), "application/problem+json")
    }

    static func bytes(_ status: HTTPResponse.Status, _ body: Data, _ type: String) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.xContentTypeOptions] = "nosniff"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}

extension HTTPResponse.Status {
    /// Source: RFC 4918 section 11.4.
    static var failedDependency: HTTPResponse.Status {
        HTTPResponse.Status(code: 424, reasonPhrase: "Failed Dependency")
    }
}
