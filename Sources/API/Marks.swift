import Foundation
import HTTPTypes
import Hummingbird
import Inspection
import NIOCore

extension GatewayAPI {
    /// Unicode scalars of a mark's note.
    static let noteLimit = 2000
    /// Unicode scalars of who made it.
    static let byLimit = 100

    private struct MarkBody: Decodable {
        var frame: Int?
        var utc: String?
        var box: [Double]
        var sceneType: String
        var note: String?
        var by: String?

        enum CodingKeys: String, CodingKey {
            case frame, utc, box, note, by
            case sceneType = "scene_type"
        }
    }

    /// `POST /v1/sources/{id}/marks`: answered when it is on disk.
    func addMarks(to group: RouterGroup<RequestPrincipalContext>) {
        group.post("/v1/sources/:id/marks") { request, context -> Response in
            guard let principal = context.principal, principal.mayDecide else {
                throw Problem(.forbidden, "may_not_decide", "This token may read, not decide.")
            }
            let name = try Self.sourceName(context)
            var request = request
            let buffer = try await request.collectBody(upTo: 16 * 1024)
            let mark = try Self.mark(Data(buffer.readableBytesView), by: principal.name)
            switch try await takeMark(name, mark) {
            case .kept(let finding):
                announcements.announce()
                var json = JSONText(capacity: 64)
                json.object { $0.member("finding", finding.description) }
                return .json(json, status: .created)
            case .unknownSource: throw Problem(.notFound, "no_source", "There is no running source \(name).")
            case .unknownSceneType:
                throw Problem(.badRequest, "unknown_scene_type", "The catalogue has no scene type \(mark.sceneType).")
            case .frameNotHeld(let absence): throw Problem(.conflict, "frame_not_held", absence.words)
            case .notKept:
                throw Problem(.serviceUnavailable, "not_kept", "The mark could not be kept now: send it again.")
            }
        }
    }

    private static func mark(_ data: Data, by holder: String) throws -> Mark {
        guard let body = try? JSONDecoder().decode(MarkBody.self, from: data) else {
            throw Problem(
                .badRequest, "bad_mark",
                "The body is {\"utc\": time or \"frame\": number, \"box\": [left, top, right, bottom], \"scene_type\": …}."
            )
        }
        let moment: Mark.Moment
        switch (body.frame, body.utc) {
        case (let frame?, nil) where frame >= 0: moment = .frame(frame)
        case (nil, let text?):
            guard let utc = UTCTime(rfc3339: text) else {
                throw Problem(.badRequest, "bad_time", "\"utc\" is a time of RFC 3339 with its offset.")
            }
            moment = .utc(utc)
        default: throw Problem(.badRequest, "bad_moment", "A mark has \"frame\" (0 or more) or \"utc\", one of both.")
        }
        guard body.box.count == 4, body.box.allSatisfy({ (0...1).contains($0) }), body.box[2] > body.box[0],
            body.box[3] > body.box[1]
        else {
            throw Problem(
                .badRequest, "bad_box",
                "\"box\" is left, top, right, bottom as shares 0 to 1 of the picture, with an area.")
        }
        guard FeatureFilter.isSceneType(body.sceneType) else {
            throw Problem(.badRequest, "bad_scene_type", "\"scene_type\" is a scene type such as waste.exposed.")
        }
        let note = body.note ?? ""
        let by = (body.by ?? "").allSatisfy(\.isWhitespace) ? holder : body.by ?? holder
        guard note.unicodeScalars.count <= noteLimit, by.unicodeScalars.count <= byLimit else {
            throw Problem(
                .badRequest, "text_too_long", "\"note\" holds at most \(noteLimit) characters, \"by\" \(byLimit).")
        }
        return Mark(
            moment: moment,
            box: FrameObject.Box(left: body.box[0], top: body.box[1], right: body.box[2], bottom: body.box[3]),
            sceneType: body.sceneType, note: note, by: by)
    }
}
