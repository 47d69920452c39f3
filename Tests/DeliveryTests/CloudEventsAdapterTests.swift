import Curl
import Foundation
import Inspection
import Testing

@testable import Delivery

struct CloudEventsAdapterTests {
    private func adapter(
        _ transport: ScriptedTransport, _ change: (inout CloudEventsAdapter.Options) -> Void = { _ in }
    ) throws -> CloudEventsAdapter {
        var options = CloudEventsAdapter.Options(url: "https://events.example/in")
        change(&options)
        return try CloudEventsAdapter(
            destination: platform, options: options, transport: transport, clock: TestClock(at: 1))
    }

    private func body(_ request: HTTPRequest) -> String {
        if case .bytes(let bytes) = request.body { String(decoding: bytes, as: UTF8.self) } else { "" }
    }

    private static func row(_ number: UInt64 = 1, revision: Int = 1) -> OwedDelivery {
        var row = owed(number, revision: revision)
        row.feature = Array(
            String(decoding: row.feature, as: UTF8.self).replacing(
                #""severity":"#, with: #""gateway":"gw-1","severity":"#
            ).utf8)
        return row
    }

    @Test func `a structured event is one object with the stored feature as data`() async throws {
        let transport = ScriptedTransport { _, _ in HTTPResponse(status: 202) }
        let row = Self.row()
        let attempt = try await adapter(transport) { $0.dataSchema = "https://x.example/finding.json" }
            .deliver(row, evidence: FolderEvidence())
        #expect(attempt.answer == .delivered(nil))
        let request = try #require(transport.requests.first)
        #expect(request.fields.contains(HTTPField("Content-Type", "application/cloudevents+json; charset=utf-8")))
        let feature = String(decoding: row.feature, as: UTF8.self)
        #expect(
            body(request) == """
                {"specversion":"1.0","id":"\(finding(1))-1","source":"urn:flyonce:gateway:gw-1","type":"org.flyonce.finding.opened",\
                "subject":"\(finding(1))","time":"2026-08-20T03:04:07.000000Z","datacontenttype":"application/geo+json",\
                "dataschema":"https://x.example/finding.json","partitionkey":"\(finding(1))","scenetype":"waste.exposed",\
                "severity":"yellow","status":"open","revision":1,"data":\(feature)}
                """)
        #expect(attempt.bytesSent == body(request).utf8.count)
    }

    @Test func `a binary event has its attributes in headers`() async throws {
        let transport = ScriptedTransport { _, _ in HTTPResponse(status: 200) }
        let row = Self.row(revision: 2)
        _ = try await adapter(transport) { $0.mode = .binary }.deliver(row, evidence: FolderEvidence())
        let request = try #require(transport.requests.first)
        let fields = Dictionary(request.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        #expect(
            fields["ce-id"] == "\(finding(1))-2" && fields["ce-specversion"] == "1.0" && fields["ce-revision"] == "2")
        #expect(fields["ce-type"] == "org.flyonce.finding.updated" && fields["Content-Type"] == "application/geo+json")
        #expect(fields["ce-datacontenttype"] == nil)
        #expect(request.body == .bytes(row.feature))
        for name in fields.keys where name.hasPrefix("ce-") {
            let attribute = name.dropFirst(3)
            #expect(attribute.count <= 20 && attribute.allSatisfy { $0.isLowercase || $0.isNumber }, "\(name)")
        }
    }

    @Test(arguments: [("a b", "a%20b"), ("\"%", "%22%25"), ("垃", "%E5%9E%83"), ("a-Z~", "a-Z~"), ("\r\n", "%0D%0A")])
    func `a header's value is encoded as the binding says`(text: String, expected: String) {
        #expect(CloudEvent.header(text) == expected)
    }

    @Test(arguments: [CloudEventsAdapter.Mode.structured, .binary]) func `what is too long is named by its address`(
        mode: CloudEventsAdapter.Mode
    ) async throws {
        let transport = ScriptedTransport { _, _ in HTTPResponse(status: 200) }
        var row = owed()
        row.feature = Array(#"{"properties":{"gateway":"g","x":"\#(String(repeating: "x", count: 70_000))"}}"#.utf8)
        _ = try await adapter(transport) {
            $0.mode = mode
            $0.page = "https://gw.example"
        }.deliver(row, evidence: FolderEvidence())
        let request = try #require(transport.requests.first)
        let link = "https://gw.example/v1/findings/\(finding(1))"
        if mode == .binary {
            #expect(request.fields.contains(HTTPField("ce-dataref", link)) && body(request).isEmpty)
        } else {
            #expect(body(request).contains(#""dataref":"\#(link)"}"#) && !body(request).contains(#""data":"#))
        }
        #expect(body(request).utf8.count < CloudEventsAdapter.maximumEventBytes)
    }

    @Test func `events under way together go in one request`() async throws {
        let transport = ScriptedTransport { _, _ in HTTPResponse(status: 200) }
        let adapter = try adapter(transport) {
            $0.batch = 3
            $0.batchWait = .milliseconds(500)
        }
        let answers = await withTaskGroup(of: DeliveryAnswer.self) { group in
            for number in 1...4 {
                group.addTask { await adapter.deliver(Self.row(UInt64(number)), evidence: FolderEvidence()).answer }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == Array(repeating: .delivered(nil), count: 4))
        #expect(transport.requests.count == 2)
        let counts = transport.requests.map { body($0).components(separatedBy: #""specversion""#).count - 1 }
        #expect(counts.sorted() == [1, 3])
        #expect(body(transport.requests[0]).hasPrefix("[{") && body(transport.requests[0]).hasSuffix("}]"))
        #expect(
            transport.requests[0].fields.contains(
                HTTPField("Content-Type", "application/cloudevents-batch+json; charset=utf-8")))
    }

    /// One bad event must not keep its neighbours from arriving.
    @Test func `a refused batch is sent one by one`() async throws {
        let transport = ScriptedTransport { request, _ in
            guard case .bytes(let bytes) = request.body else { return HTTPResponse(status: 500) }
            if bytes.first == 91 { return HTTPResponse(status: 400) }
            let isBad = String(decoding: bytes, as: UTF8.self).contains("\(finding(2))")
            return HTTPResponse(status: isBad ? 422 : 204)
        }
        let adapter = try adapter(transport) {
            $0.batch = 2
            $0.batchWait = .seconds(5)
        }
        async let good = adapter.deliver(Self.row(1), evidence: FolderEvidence()).answer
        async let bad = adapter.deliver(Self.row(2), evidence: FolderEvidence()).answer
        #expect(await good == .delivered(nil))
        #expect(await bad == .refused(reason: "HTTP 422"))
    }

    @Test(arguments: [
        (200, "delivered"), (202, "delivered"), (204, "delivered"), (400, "refused"), (413, "refused"),
        (415, "refused"),
        (401, "misconfigured"), (404, "misconfigured"), (301, "misconfigured"), (429, "unavailable"),
        (503, "unavailable"), (700, "unusable"),
    ]) func `reads the status`(status: Int, expected: String) async throws {
        let answer = try await adapter(ScriptedTransport { _, _ in HTTPResponse(status: status) })
            .deliver(owed(), evidence: FolderEvidence()).answer
        #expect("\(answer)".hasPrefix(expected))
    }

    @Test func `a batch is never binary`() {
        #expect(throws: DeliveryError.self) {
            try adapter(ScriptedTransport { _, _ in HTTPResponse(status: 200) }) {
                $0.batch = 2
                $0.mode = .binary
            }
        }
    }
}
