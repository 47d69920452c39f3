import Foundation
import Geodesy
import Hummingbird
import Inspection

extension GatewayAPI {
    func addFindingMaps(to group: RouterGroup<RequestPrincipalContext>) {
        group.get("/v1/findings/:id/maps") { request, context -> Response in try await maps(request, context) }
    }

    /// Addresses that open a finding's place in the maps officers have, each in its map's own datum: the page knows no
    /// datum but WGS 84.
    private func maps(_ request: Request, _ context: RequestPrincipalContext) async throws -> Response {
        let id = try Self.findingID(context)
        let language = request.uri.queryParameters.get("language") ?? "zh"
        guard language == "zh" || language == "en" else {
            throw Problem(.badRequest, "bad_language", "The language is zh or en.")
        }
        guard let finding = try await store.finding(id)?.finding else { throw Self.noFinding(id) }
        guard let point = finding.location?.point,
            let links = try? MapLink.all(to: point, title: language == "zh" ? finding.title.zh : finding.title.en)
        else { throw Problem(.notFound, "no_place", "The finding \(id) has no position.") }
        var json = JSONText(capacity: 2048)
        json.object { json in
            json.member("maps") { json in
                json.array { json in
                    for link in links { json.object { Self.write(link, to: &$0) } }
                }
            }
        }
        return .json(json)
    }

    private static func write(_ link: MapLink, to json: inout JSONText) {
        json.member("name", link.application.rawValue)
        json.member("title") { json in
            json.object { json in
                json.member("zh", link.application.title.chinese)
                json.member("en", link.application.title.english)
            }
        }
        json.member("datum", link.datum.name)
        json.member("url", link.url)
    }
}
