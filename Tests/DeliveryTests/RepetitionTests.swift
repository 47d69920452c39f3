import Curl
import Inspection
import LocatedYAML
import Testing

@testable import Delivery

/// A report that may be there already is never made again.
struct RepetitionTests {
    private static let body = """
        format: 1
        name: t
        requests:
          report: {path: /r, json: {a: "${finding.id}"}}
          update: {path: /u, json: {a: "${case.number}"}}
          find: {method: GET, path: /find, query: {id: "${finding.id}"}}
        answer: {code: code, success: ["0"], number: no, stage: stage}
        stages: {受理: accepted}

        """

    private func answer(
        _ response: HTTPResponse, found: String = "{list: rows, external_id: id, number: no, stage: stage}",
        cases: MemoryCases = MemoryCases()
    ) async throws -> (answer: DeliveryAnswer, reports: Int) {
        let transport = ScriptedTransport { request, _ in
            request.method == .get
                ? response : json(200, request.url.hasSuffix("/u") ? #"{"code":0}"# : #"{"code":0,"no":"NEW"}"#)
        }
        let template = try CaseTemplate(
            YAMLDocument(Self.body + (found.isEmpty ? "" : "found: \(found)\n"), file: "t"))
        let adapter = try TemplateAdapter(
            destination: platform, template: template, options: TemplateAdapter.Options(baseURL: "https://x.example"),
            transport: transport, clock: TestClock(at: 1), cases: cases)
        var row = owed()
        row.attempts = 1
        let answer = await adapter.deliver(row, evidence: FolderEvidence()).answer
        return (answer, transport.requests.filter { $0.url.hasSuffix("/r") }.count)
    }

    private func said(_ answer: DeliveryAnswer) -> String {
        if case .delivered(let record?) = answer { return "\(record.number) \(record.stage.rawValue)" }
        return "\(answer)".split(separator: "(").first.map(String.init) ?? ""
    }

    @Test(arguments: [
        (200, #"{"code":0,"rows":[{"id":"ID","no":"A","stage":"受理"}]}"#, "A accepted"),
        (200, #"{"code":0,"rows":[{"id":"ID","no":"A","stage":"翻案"}]}"#, "A reported"),
        (200, #"{"code":0,"rows":{"id":"ID","no":"A"}}"#, "A reported"),
        (200, #"{"code":0,"rows":[{"id":"ID"}]}"#, "postponed"),
        (200, #"{"code":0,"rows":[{"id":"ID","no":null,"stage":"受理"}]}"#, "postponed"),
        (200, #"{"code":0,"rows":[{"id":"ID","no":"<b>"}]}"#, "postponed"),
        (200, #"{"code":0,"rows":7}"#, "unusable"), (200, #"{"code":0,"rows":"none"}"#, "unusable"),
        (200, #"{"code":0}"#, "unusable"), (404, "{}", "misconfigured"),
        (200, #"{"code":0,"rows":[]}"#, "NEW reported"), (200, #"{"code":0,"rows":null}"#, "NEW reported"),
        (200, #"{"code":0,"rows":[{"id":"other","no":"B"}]}"#, "NEW reported"),
    ]) func `what was found and cannot be read is there all the same`(
        status: Int, text: String, expected: String
    )
        async throws
    {
        let text = text.replacingOccurrences("ID", with: finding(1).description)
        let (answer, reports) = try await answer(json(status, text))
        #expect(said(answer) == expected, "\(answer)")
        #expect(reports == (expected.hasPrefix("NEW") ? 1 : 0))
    }

    @Test func `of a thousand others our own is found`() async throws {
        let others = (0..<1500).map { #"{"id":"x\#($0)","no":"\#($0)"}"# }.joined(separator: ",")
        let (answer, reports) = try await answer(
            json(200, #"{"code":0,"rows":[\#(others),{"id":"\#(finding(1))","no":"A"}]}"#))
        #expect(said(answer) == "A reported" && reports == 0)
    }

    @Test func `a 404 means not there where the template says so`() async throws {
        let (answer, reports) = try await answer(
            json(404, "{}"), found: "{list: rows, external_id: id, number: no, absent: [404]}")
        #expect(said(answer) == "NEW reported" && reports == 1)
    }

    @Test(arguments: [
        (#"{"code":0,"r":{"no":"A"}}"#, "A reported"), (#"{"code":0,"r":{"no":null,"x":1}}"#, "postponed"),
        (#"{"code":0,"r":[{"no":"A"},{"no":"B"}]}"#, "unusable"), (#"{"code":0,"r":null}"#, "NEW reported"),
        (#"{"code":0,"r":{}}"#, "NEW reported"), (#"{"code":0,"r":{"no":""}}"#, "NEW reported"),
    ]) func `without our id one alone is ours`(text: String, expected: String) async throws {
        let (answer, _) = try await answer(json(200, text), found: "{list: r, number: no}")
        #expect(said(answer) == expected, "\(answer)")
    }

    private func open311(_ cases: MemoryCases = MemoryCases(), _ list: HTTPResponse) async throws -> (String, Int) {
        var options = Open311Adapter.Options(baseURL: "https://city.example/o")
        options.services = ["*": "006"]
        let transport = ScriptedTransport { request, _ in
            request.method == .get ? list : json(201, #"[{"service_request_id":"R-1"}]"#)
        }
        let adapter = try Open311Adapter(
            destination: platform, options: options, transport: transport, clock: TestClock(at: 1_787_195_045),
            cases: cases)
        var row = owed()
        row.attempts = 1
        let answer = await adapter.deliver(row, evidence: FolderEvidence()).answer
        return (said(answer), transport.requests.filter { $0.method == .post }.count)
    }

    @Test(arguments: [
        (200, #"[{"description":"a [flyonce:ID]"}]"#, "postponed", 0),
        (200, #"[{"service_request_id":null,"description":"a [flyonce:ID]"}]"#, "postponed", 0),
        (200, #"[{"service_request_id":"R-1","description":"a [flyonce:ID]"}]"#, "R-1 reported", 0),
        (404, "[]", "misconfigured", 0), (200, "[]", "R-1 reported", 1),
    ]) func `a request with our mark is there, with a number or without`(
        status: Int, text: String, expected: String, reports: Int
    ) async throws {
        let list = json(status, text.replacingOccurrences("ID", with: finding(1).description))
        #expect(try await open311(list) == (expected, reports))
    }

    @Test(arguments: ["[]", #"[{"service_request_id":"R-1","description":"a [flyonce:ID]"}]"#])
    func `a number that is another finding's is never taken of Open311`(text: String) async throws {
        let cases = MemoryCases()
        cases.set(CaseRecord(platform: platform, number: "R-1", stage: .accepted), of: finding(2))
        let list = json(200, text.replacingOccurrences("ID", with: finding(1).description))
        #expect(try await open311(cases, list).0 == "unusable")
    }

    private func open311(_ list: HTTPResponse) async throws -> (String, Int) {
        try await open311(MemoryCases(), list)
    }
}

extension String {
    /// Foundation's own is not needed for one word.
    fileprivate func replacingOccurrences(_ word: String, with text: String) -> String {
        split(separator: word, omittingEmptySubsequences: false).joined(separator: text)
    }
}
