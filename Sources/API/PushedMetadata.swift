import Hummingbird
import Inspection
import NIOCore

extension GatewayAPI {
    /// `POST /v1/sources/{id}/metadata`: JSON messages, a line each or strung together in any way, read as they come. The body
    /// may be as long as its sender likes; a message is at most ``Inspection/JSONMessages/longest`` bytes.
    func addPushedMetadata(to group: RouterGroup<RequestPrincipalContext>) {
        group.post("/v1/sources/:id/metadata") { request, context -> Response in
            guard context.principal?.mayPush ?? false else {
                throw Problem(.forbidden, "may_not_push", "This token may not push metadata.")
            }
            let name = try Self.sourceName(context)
            guard let intake = takeMetadata(name) else {
                throw Problem(.notFound, "no_source", "There is no source \(name) that takes pushed metadata.")
            }
            var messages = JSONMessages()
            var count = PushCount()
            for try await buffer in request.body {
                var found: [[UInt8]] = []
                messages.read(buffer.readableBytesView) { found.append(Array($0)) }
                try count.take(found, intake)
            }
            var last: [[UInt8]] = []
            messages.finish { last.append(Array($0)) }
            try count.take(last, intake)
            if messages.isUnbalanced, count.isEmpty { count.refused["bad_json"] = 1 }
            if messages.tooLong > 0 { count.refused["messages_too_long"] = messages.tooLong }
            return try count.answer()
        }
    }

    static func sourceName(_ context: RequestPrincipalContext) throws -> Name {
        guard let text = context.parameters.get("id"), let name = Name(text) else {
            throw Problem(.badRequest, "bad_id", "A source's name is 1 to 63 of a–z, 0–9 and hyphen.")
        }
        return name
    }
}

/// What became of the messages of one request.
private struct PushCount {
    var accepted = 0
    /// By reason.
    var refused: [String: Int] = [:]
    /// The number of the first, and why.
    private var firstRefused: String?
    private var number = 0

    /// There was no message.
    var isEmpty: Bool { number == 0 }

    mutating func take(_ messages: [[UInt8]], _ intake: MetadataIntake) throws {
        for message in messages {
            number += 1
            switch intake.take(message) {
            case .accepted: accepted += 1
            case .refused(let reason, let words):
                refused[reason, default: 0] += 1
                if firstRefused == nil { firstRefused = "Message \(number) is the first: \(words)." }
            case .full:
                throw Problem(
                    .tooManyRequests, "full",
                    "The source has no room now. \(taken) Send the rest again.", headers: [.retryAfter: "1"])
            case .stopped:
                throw Problem(
                    .serviceUnavailable, "not_running", "The source is not running. \(taken)",
                    headers: [.retryAfter: "5"])
            }
        }
    }

    private var taken: String {
        "Of this request \(accepted) messages were accepted and \(refused.values.reduce(0, +)) refused before."
    }

    func answer() throws -> Response {
        let total = refused.values.reduce(0, +)
        guard accepted > 0 || total == 0 else {
            let reasons = refused.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            throw Problem(
                .badRequest, "bad_metadata",
                "None of the messages could be read: \(reasons)." + (firstRefused.map { " " + $0 } ?? ""))
        }
        var json = JSONText(capacity: 128)
        json.object { json in
            json.member("accepted", accepted)
            json.member("refused", total)
            json.member("reasons") { json in
                json.object { json in
                    for (reason, number) in refused.sorted(by: { $0.key < $1.key }) { json.member(reason, number) }
                }
            }
        }
        return .json(json, status: .accepted)
    }
}
