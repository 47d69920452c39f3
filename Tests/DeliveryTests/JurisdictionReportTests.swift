import CasePlatform
import Curl
import Delivery
import Foundation
import Inspection
import Synchronization
import Testing

/// A jurisdiction that changes when it is told to, and counts how often it is asked.
private final class TestJurisdiction: JurisdictionInUse {
    private let state: Mutex<(version: Int, asked: Int, isInUse: Bool)>

    init(isInUse: Bool = true) { state = Mutex((1, 0, isInUse)) }

    var asked: Int { state.withLock { $0.asked } }

    func change() { state.withLock { $0.version += 1 } }

    func competence(for sceneType: String, firstSeen: UTCTime) -> Competence? {
        let version: Int? = state.withLock {
            $0.asked += 1
            return $0.isInUse ? $0.version : nil
        }
        guard let version else { return nil }
        let day = String(firstSeen.rfc3339.prefix(10))
        let law =
            day < "2026-08-15"
            ? Competence.Basis(
                law: "old", title: BilingualText(zh: "旧法", en: "Old"), articles: ["49"], penalty: ["111"])
            : .init(law: "new", title: BilingualText(zh: "新\"法<", en: "New"), articles: ["506"], penalty: [])
        return Competence(
            jurisdiction: "x", version: "\(version)", title: BilingualText(zh: "某", en: "Some"),
            track: .init(id: "t", zh2016: "综合执法", zh2021: "平安法治", en: "Enforcement"),
            departments: [.init(id: "d", title: BilingualText(zh: "城管", en: "City management"))], codes: ["06010"],
            alternatives: ["06042"], lawDay: day, law: [law],
            limits: [
                .init(
                    step: "handle", title: BilingualText(zh: "处置", en: "Handled"), text: "4wh",
                    due: firstSeen.advanced(byMicroseconds: 14_400_000_000)),
                .init(step: "own", title: nil, text: "1wd", due: nil),
            ], unknown: [.due])
    }

    func release(of sceneType: String) -> Release? { nil }
}

struct JurisdictionReportTests {
    private static let good = #"{"case_number":"LX-2026-000001","external_id":"\#(finding(1))","stage":"reported"}"#

    private func body(of request: HTTPRequest?) throws -> String {
        guard case .bytes(let bytes)? = request?.body else { throw CurlError(kind: .invalidRequest, description: "") }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func adapter(
        _ transport: any HTTPTransport, _ jurisdiction: (any JurisdictionInUse)?, url: String = "https://p.example"
    ) -> FourPlatformAdapter {
        FourPlatformAdapter(
            destination: platform, options: .init(baseURL: url), transport: transport, clock: TestClock(),
            jurisdiction: jurisdiction)
    }

    @Test func `a report says whose matter it is, by which law and until when, and the feature stays as it was`()
        async throws
    {
        let transport = ScriptedTransport { _, _ in json(201, Self.good) }
        let row = owed()
        _ = await adapter(transport, TestJurisdiction()).deliver(row, evidence: FolderEvidence())
        let text = try body(of: transport.requests.first)
        let said = #"""
            "jurisdiction":{"id":"x","version":"1","title":{"zh":"某","en":"Some"},\#
            "track":{"id":"t","zh_2016":"综合执法","zh_2021":"平安法治","en":"Enforcement"},\#
            "departments":[{"id":"d","zh":"城管","en":"City management"}],"codes":["06010"],"alternatives":["06042"],\#
            "law_day":"2026-08-20","law":[{"id":"new","zh":"新\"法<","en":"New","articles":["506"],"penalty":[],\#
            "from":null,"to":null}],\#
            "limits":[{"step":"handle","zh":"处置","en":"Handled","limit":"4wh","due":"2026-08-20T07:04:05.120000Z"},\#
            {"step":"own","limit":"1wd","due":null}],"unknown":["due"]},"finding":
            """#
        #expect(text.contains(said + String(decoding: row.feature, as: UTF8.self) + ","), "\(text)")
    }

    @Test(arguments: [nil, TestJurisdiction(isInUse: false)] as [(any JurisdictionInUse)?])
    func `without a jurisdiction a report is what it always was`(jurisdiction: (any JurisdictionInUse)?) async throws {
        let transport = ScriptedTransport { _, _ in json(201, Self.good) }
        _ = await adapter(transport, jurisdiction).deliver(owed(), evidence: FolderEvidence())
        #expect(!(try body(of: transport.requests.first)).contains("jurisdiction"))
    }

    @Test(arguments: [#""first_seen":"yesterday""#, #""first_seen":7"#, #""seen":"2026-08-20T03:04:05Z""#])
    func `where nobody knows when it was first seen, no law is named`(member: String) async throws {
        let transport = ScriptedTransport { _, _ in json(201, Self.good) }
        var row = owed()
        let text = String(decoding: row.feature, as: UTF8.self)
        let changed = text.replacingOccurrences(of: #""first_seen":"2026-08-20T03:04:05.120000Z""#, with: member)
        try #require(changed != text)
        row.feature = Array(changed.utf8)
        _ = await adapter(transport, TestJurisdiction()).deliver(row, evidence: FolderEvidence())
        #expect(!(try body(of: transport.requests.first)).contains("jurisdiction"))
    }

    @Test func `the rounds of one delivery say the same, whatever comes into use between them`() async throws {
        let evidence = FolderEvidence()
        let picture = try await evidence.keep(
            [1, 2, 3], kind: .picture, mediaType: "image/jpeg", capturedAt: UTCTime(microseconds: 0))
        let jurisdiction = TestJurisdiction()
        let transport = ScriptedTransport { request, count in
            jurisdiction.change()
            if request.method == .put { return json(201, "{}") }
            return count == 1 ? json(424, #"{"missing":["\#(picture.sha256)"]}"#) : json(201, Self.good)
        }
        _ = await adapter(transport, jurisdiction).deliver(owed(evidence: [picture]), evidence: evidence)
        #expect(transport.requests.map(\.method) == [.post, .put, .post])
        #expect(transport.requests[0].body == transport.requests[2].body)
        #expect(jurisdiction.asked == 1)
        // The next delivery asks again.
        _ = await adapter(transport, jurisdiction).deliver(owed(2, evidence: []), evidence: evidence)
        #expect(try body(of: transport.requests.last).contains(#""id":"x","version":"4""#))
    }

    @Test func `the reference platform shows department, law and limit of each report`() async throws {
        let platform = try await RunningPlatform(
            {
                var options = CasePlatformOptions()
                options.port = 0
                return options
            }())
        let adapter = adapter(HTTPClient(), TestJurisdiction(), url: platform.url)
        var old = owed(2)
        old.feature = Array(
            String(decoding: old.feature, as: UTF8.self).replacingOccurrences(of: "2026-08-20T", with: "2026-08-14T")
                .utf8)
        for row in [owed(1), old] {
            guard case .delivered(_?) = await adapter.deliver(row, evidence: FolderEvidence()).answer else {
                Issue.record("not delivered")
                continue
            }
        }
        let page = try await HTTPClient().send(HTTPRequest(.get, platform.url + "/"))
        let articles = String(decoding: page.body, as: UTF8.self).components(separatedBy: "<article").dropFirst()
        #expect(articles.count == 2)
        let newLaw = try #require(articles.first { $0.contains("新&quot;法&lt;") })
        let oldLaw = try #require(articles.first { $0.contains("旧法") })
        #expect(!newLaw.contains("旧法") && newLaw.contains(finding(1).description))
        #expect(!oldLaw.contains("新") && oldLaw.contains(finding(2).description))
        for shown in ["城管 · City management", "综合执法 · 平安法治", "06010", "06042", "到期时间 due"] {
            #expect(newLaw.contains(shown) && oldLaw.contains(shown), "\(shown)")
        }
        #expect(newLaw.contains("处置 · Handled 4wh → 2026-08-20T07:04:05.120000Z") && newLaw.contains("own 1wd → ?"))
        #expect(newLaw.contains("506") && oldLaw.contains("49") && oldLaw.contains("111"))
        await platform.stop()
    }

    @Test func `another jurisdiction after a lost answer makes no second case`() async throws {
        let platform = try await RunningPlatform(
            {
                var options = CasePlatformOptions()
                options.port = 0
                return options
            }())
        let jurisdiction = TestJurisdiction()
        let adapter = adapter(HTTPClient(), jurisdiction, url: platform.url)
        let first = await adapter.deliver(owed(), evidence: FolderEvidence()).answer
        jurisdiction.change()
        let again = await adapter.deliver(owed(), evidence: FolderEvidence()).answer
        guard case .delivered(let record?) = first, case .delivered(let same?) = again else {
            Issue.record("\(first) \(again)")
            return
        }
        #expect(record.stands(as: same))
        let summary = await platform.server.summary
        #expect(summary.cases == 1 && summary.keysReused == 1)
        await platform.stop()
    }
}
