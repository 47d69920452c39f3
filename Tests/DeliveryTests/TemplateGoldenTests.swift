import Curl
import Delivery
import Foundation
import Inspection
import LocatedYAML
import Testing

/// A feature goes in, and the bytes of the request come out. Each case is a folder of `Cases/Templates/<template>`: `finding.json`, an
/// optional `case.txt` with the number that is known, and `request.txt`.
struct TemplateGoldenTests {
    static let here = URL(filePath: #filePath).deletingLastPathComponent()
    static let root = here.deletingLastPathComponent().deletingLastPathComponent()
    static let folder = here.appending(path: "Cases/Templates")

    static let cases: [String] = {
        let manager = FileManager.default
        return ((try? manager.contentsOfDirectory(atPath: folder.path)) ?? []).sorted().flatMap { template in
            ((try? manager.contentsOfDirectory(atPath: folder.path + "/" + template)) ?? []).sorted()
                .map { template + "/" + $0 }
        }
    }()

    static func shipped(_ name: String) throws -> CaseTemplate {
        try CaseTemplate(path: root.appending(path: "Models/case-flows/\(name).yaml").path)
    }

    @Test func `there are cases`() { #expect(Self.cases.count >= 4) }

    @Test(arguments: cases) func `the request of a finding is what the case says`(name: String) async throws {
        let folder = Self.folder.appending(path: name)
        let template = try Self.shipped(String(name.split(separator: "/")[0]))
        let cases = MemoryCases()
        if let number = try? String(contentsOf: folder.appending(path: "case.txt"), encoding: .utf8) {
            cases.set(
                CaseRecord(platform: platform, number: number.trimmingCharacters(in: .newlines), stage: .accepted),
                of: finding(1))
        }
        let evidence = FolderEvidence()
        let picture = try await evidence.keep(
            Array("picture".utf8), kind: .picture, mediaType: "image/jpeg", capturedAt: UTCTime(microseconds: 0))
        let transport = ScriptedTransport { request, _ in
            request.url.hasSuffix("/upload")
                ? json(200, #"{"success":true,"result":{"fileId":"F-1"}}"#)
                : json(200, #"{"code":0,"success":true,"data":{"eventNo":"E-1"},"result":{"caseNo":"E-1"}}"#)
        }
        var options = TemplateAdapter.Options(baseURL: "https://city.example/gw/")
        options.settings = ["source_code": "UAV", "area_code": "330824", "unit": "KH"]
        let adapter = try TemplateAdapter(
            destination: platform, template: template, options: options, transport: transport,
            clock: TestClock(at: 1_787_195_045), cases: cases)
        var row = owed(evidence: [picture])
        let feature = try String(contentsOf: folder.appending(path: "finding.json"), encoding: .utf8)
        row.feature = Array(feature.trimmingCharacters(in: .newlines).utf8)
        let attempt = await adapter.deliver(row, evidence: evidence)
        guard case .delivered(let record?) = attempt.answer else {
            Issue.record("\(attempt.answer)")
            return
        }
        #expect(record.platform == platform)
        let text = transport.requests.map(Self.text).joined(separator: "\n----\n") + "\n"
        let file = folder.appending(path: "request.txt")
        if ProcessInfo.processInfo.environment["WRITE_CASES"] != nil {
            try Data(text.utf8).write(to: file)
        }
        #expect(text == (try? String(contentsOf: file, encoding: .utf8)))
    }

    static func text(_ request: HTTPRequest) -> String {
        var lines = ["\(request.method.rawValue) \(request.url)"]
        lines += request.fields.map { "\($0.name): \($0.value)" } + [""]
        if case .bytes(let bytes) = request.body { lines.append(String(decoding: bytes, as: UTF8.self)) }
        return lines.joined(separator: "\n").replacingOccurrences(of: "\r\n", with: "\n")
    }

    @Test(arguments: ["city-json", "county-form"]) func `what a template wants is demanded`(name: String) throws {
        let template = try Self.shipped(name)
        #expect(!template.settings.isEmpty && template.keepsCases)
        #expect(throws: DeliveryError.self) {
            try TemplateAdapter(
                destination: platform, template: template, options: .init(baseURL: "https://x.example"),
                transport: ScriptedTransport { _, _ in json(200, "{}") }, clock: TestClock(), cases: MemoryCases())
        }
    }
}
