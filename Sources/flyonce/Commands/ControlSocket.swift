import Curl
import Foundation
import Settings

/// What commands ask the running daemon of a state directory, whoever they are on this machine.
struct ControlSocket {
    let settings: GatewaySettings
    /// Of an answer at most.
    var maximumBytes = 8 << 20

    /// The body of an answer 200. `missing`: what a 404 says, where the daemon's own words are not wanted; `missingCode`: how the
    /// command ends then.
    func ask(
        _ method: HTTPRequest.Method, _ path: String, body: [UInt8]? = nil, missing: String? = nil,
        missingCode: Failure.Code = .failed
    ) async throws(Failure) -> Data {
        var request = HTTPRequest(method, "http://flyonce.local" + path)
        request.unixSocket = Gateway.controlSocket(in: settings.stateDirectory)
        request.timeouts.totalMilliseconds = 60_000
        request.maximumResponseBytes = maximumBytes
        if let body {
            request.fields = [HTTPField("Content-Type", "application/json")]
            request.body = .bytes(body)
        }
        let response: HTTPResponse
        do throws(CurlError) {
            response = try await HTTPClient().send(request)
        } catch {
            throw Failure(.unavailable, "No daemon answers in \(settings.stateDirectory): start it first.")
        }
        guard response.status != 200 else { return Data(response.body) }
        let said = Self.detail(of: response.body) ?? "The daemon answered \(response.status)."
        throw response.status == 404 ? Failure(missingCode, missing ?? said) : Failure(.failed, said)
    }

    /// What a problem says (RFC 9457).
    private static func detail(of body: [UInt8]) -> String? {
        struct Problem: Decodable { var detail: String }
        return try? JSONDecoder().decode(Problem.self, from: Data(body)).detail
    }
}
