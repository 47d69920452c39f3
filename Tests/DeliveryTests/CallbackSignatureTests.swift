import Inspection
import LocatedYAML
import OpenSSL
import Testing

@testable import Delivery

struct CallbackSignatureTests {
    private static let now: Int64 = 1_787_195_045
    private static let clock = UTCTime(microseconds: now * 1_000_000)
    private static let body = Array(#"{"no":"A-1","id":"\#(finding(1))","s":"返工","m":"再来"}"#.utf8)

    private func template() throws -> CaseTemplate {
        try CaseTemplate(
            YAMLDocument(
                """
                format: 1
                name: t
                requests: {report: {path: /r}, idempotent: true}
                callback: {number: no, external_id: id, stage: s, message: m}
                stages: {返工: {stage: handling, flags: [rework]}}

                """, file: "t"))
    }

    private func callback(since: UTCTime? = nil) throws -> CaseCallback {
        var options = CallbackSignature.Options()
        options.nonceHeader = "X-Nonce"
        let signature = try CallbackSignature(
            SigningAlgorithm(.hmacSM3, secret: "s", isForVerifying: true), options: options)
        return CaseCallback(
            platform: platform, secrets: [], signature: signature, template: try template(), since: since)
    }

    private func headers(
        _ body: [UInt8] = body, stamp: String = "\(now)", nonce: String = "n1", key: String = "s"
    ) throws -> @Sendable (String) -> String? {
        let text = Array("\(stamp)\n\(nonce)\n".utf8) + body
        let code = SigningAlgorithm.hexadecimal(try SM3.authenticationCode(for: text, key: Array(key.utf8)))
        let fields = ["x-signature": code, "x-timestamp": stamp, "x-nonce": nonce]
        return { fields[$0] }
    }

    @Test func `a message of the platform is taken once, in the template's words`() throws {
        var callback = try callback()
        let header = try headers()
        let change = try callback.accept(body: Self.body, now: Self.clock, header: header)
        #expect(change.finding == finding(1))
        #expect(
            change.record
                == CaseRecord(platform: platform, number: "A-1", stage: .handling, flags: [.rework], message: "再来"))
        let error = #expect(throws: DeliveryError.self) {
            try callback.accept(body: Self.body, now: Self.clock, header: header)
        }
        #expect(error?.kind == .repeated)
    }

    @Test func `what is forged, stale or changed on the way is refused`() throws {
        var callback = try callback()
        func kind(_ header: (String) -> String?, _ body: [UInt8] = Self.body) -> DeliveryError.Kind? {
            do {
                _ = try callback.accept(body: body, now: Self.clock, header: header)
                return nil
            } catch {
                return error.kind
            }
        }
        #expect(kind(try headers(key: "other")) == .notAuthentic)
        #expect(kind(try headers(), Self.body + [32]) == .notAuthentic)
        #expect(kind(try headers(stamp: "\(Self.now - 301)")) == .notAuthentic)
        #expect(kind(try headers(stamp: "\(Self.now + 301)")) == .notAuthentic)
        #expect(kind(try headers(stamp: "soon")) == .notAuthentic)
        #expect(kind(try headers(nonce: "")) == .notAuthentic)
        #expect(kind({ _ in nil }) == .notAuthentic)
        let swapped = try headers()
        #expect(kind({ $0 == "x-nonce" ? "n2" : swapped($0) }) == .notAuthentic)
        for text in [
            "", "7", "{}", #"{"no":"A-1","s":"返工","id":7}"#, #"{"no":"A-1","id":"\#(finding(1))","s":"?"}"#, "<html>",
        ] {
            let body = Array(text.utf8)
            #expect(kind(try headers(body, nonce: "n\(text.count)"), body) == .unusableAnswer, "\(text)")
        }
        #expect(kind(try headers()) == nil)
    }

    @Test func `without a nonce a signature written otherwise is the same message`() throws {
        var options = CallbackSignature.Options()
        options.text = "${timestamp}\n${body}"
        let algorithm = try SigningAlgorithm(.hmacSHA256, secret: "s", isForVerifying: true)
        var callback = CaseCallback(
            platform: platform, secrets: [], signature: try CallbackSignature(algorithm, options: options),
            template: try template())
        let code = try algorithm.signature(of: Array("\(Self.now)\n".utf8) + Self.body)
        func kind(_ code: String) -> DeliveryError.Kind? {
            do {
                _ = try callback.accept(body: Self.body, now: Self.clock) {
                    ["x-signature": code, "x-timestamp": "\(Self.now)"][$0]
                }
                return nil
            } catch {
                return error.kind
            }
        }
        #expect(kind(code) == nil)
        #expect(code != code.uppercased() && kind(code.uppercased()) == .repeated)
    }

    @Test(arguments: ["${timestamp}", "${body}", "${timestamp}${oops}"])
    func `a text that leaves something open is refused`(
        text: String
    ) {
        var options = CallbackSignature.Options()
        options.text = text
        #expect(throws: DeliveryError.self) {
            _ = try CallbackSignature(
                SigningAlgorithm(.hmacSHA256, secret: "s", isForVerifying: true), options: options)
        }
    }
}
