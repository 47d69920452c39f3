import HTTPTypes
import Inspection
import Synchronization
import Testing

@testable import API

@Suite struct MarkTests {
    private static let uri = "/v1/sources/mast/marks"
    private static let good =
        #"{"utc":"2026-08-20T03:04:05.5Z","box":[0.25,0.5,0.5,0.75],"scene_type":"waste.exposed"}"#
    private static let finding = FindingID(milliseconds: 1_787_195_045_000, randomness: (1, 2))

    private func gateway(_ answer: MarkAnswer, _ seen: @escaping @Sendable (Name, Mark) -> Void = { _, _ in }) throws
        -> TestGateway
    {
        try TestGateway(takeMark: { name, mark in
            seen(name, mark)
            return answer
        })
    }

    @Test func `a mark reaches its source as it was made, and is answered with its finding`() async throws {
        let seen = Mutex<[Mark]>([])
        let gateway = try gateway(.kept(Self.finding)) { name, mark in
            #expect(name.text == "mast")
            seen.withLock { $0.append(mark) }
        }
        let answer = try await gateway.call(.post, Self.uri, token: TestGateway.officer, body: Self.good)
        #expect(answer.status == 201 && answer.object["finding"] as? String == Self.finding.description)
        let full = #"{"frame":17,"box":[0,0,1,1],"scene_type":"waste.exposed","note":"by the weir","by":"李"}"#
        #expect(try await gateway.call(.post, Self.uri, token: TestGateway.officer, body: full).status == 201)
        let marks = seen.withLock { $0 }
        #expect(
            marks == [
                Mark(
                    moment: .utc(UTCTime(rfc3339: "2026-08-20T03:04:05.5Z")!),
                    box: FrameObject.Box(left: 0.25, top: 0.5, right: 0.5, bottom: 0.75), sceneType: "waste.exposed",
                    note: "", by: "officer"),
                Mark(
                    moment: .frame(17), box: FrameObject.Box(left: 0, top: 0, right: 1, bottom: 1),
                    sceneType: "waste.exposed", note: "by the weir", by: "李"),
            ])
        #expect(marks[1].object.kind == .mark && marks[1].object.attributes["note"] == .string("by the weir"))
    }

    @Test(arguments: [
        ("", "bad_mark"), ("[]", "bad_mark"), (#"{"utc":"2026-08-20T03:04:05Z","scene_type":"a.b"}"#, "bad_mark"),
        (#"{"box":[0,0,1,1],"scene_type":"a.b"}"#, "bad_moment"),
        (#"{"frame":1,"utc":"2026-08-20T03:04:05Z","box":[0,0,1,1],"scene_type":"a.b"}"#, "bad_moment"),
        (#"{"frame":-1,"box":[0,0,1,1],"scene_type":"a.b"}"#, "bad_moment"),
        (#"{"utc":"yesterday","box":[0,0,1,1],"scene_type":"a.b"}"#, "bad_time"),
        (#"{"frame":1,"box":[0,0,1],"scene_type":"a.b"}"#, "bad_box"),
        (#"{"frame":1,"box":[0,0,640,360],"scene_type":"a.b"}"#, "bad_box"),
        (#"{"frame":1,"box":[0.5,0,0.5,1],"scene_type":"a.b"}"#, "bad_box"),
        (#"{"frame":1,"box":[0,0,1,1],"scene_type":"A b"}"#, "bad_scene_type"),
        (
            #"{"frame":1,"box":[0,0,1,1],"scene_type":"a.b","note":""# + String(repeating: "x", count: 2001) + #""}"#,
            "text_too_long"
        ),
        (
            #"{"frame":1,"box":[0,0,1,1],"scene_type":"a.b","by":""# + String(repeating: "x", count: 101) + #""}"#,
            "text_too_long"
        ),
    ])
    func `a mark that is none is refused with its reason`(_ body: String, _ code: String) async throws {
        let gateway = try gateway(.kept(Self.finding)) { _, _ in Issue.record("it was taken") }
        let answer = try await gateway.call(.post, Self.uri, token: TestGateway.officer, body: body)
        #expect(answer.status == 400 && answer.code == code)
    }

    @Test(arguments: [
        (MarkAnswer.unknownSource, 404, "no_source"), (.unknownSceneType, 400, "unknown_scene_type"),
        (.frameNotHeld(.tooOld), 409, "frame_not_held"), (.notKept, 503, "not_kept"),
    ])
    func `what became of a mark is said`(_ outcome: MarkAnswer, _ status: Int, _ code: String) async throws {
        let answer = try await gateway(outcome).call(.post, Self.uri, token: TestGateway.officer, body: Self.good)
        #expect(answer.status == status && answer.code == code)
    }

    @Test(arguments: [(nil, 401), (TestGateway.reader, 403), (TestGateway.analyser, 403)] as [(String?, Int)])
    func `only whoever may decide may mark`(_ token: String?, _ status: Int) async throws {
        let gateway = try gateway(.kept(Self.finding)) { _, _ in Issue.record("it was taken") }
        #expect(try await gateway.call(.post, Self.uri, token: token, body: Self.good).status == status)
    }
}
