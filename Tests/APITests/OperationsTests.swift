import Foundation
import HTTPTypes
import Inspection
import Store
import Testing

@testable import API

@Suite struct OperationsTests {
    @Test func `status and sources say per source what an operator looks for`() async throws {
        let gateway = try TestGateway()
        _ = try await gateway.store.commit(
            Observation(
                finding: .numbered(1), evidence: [],
                routes: [
                    .init(destination: Name("city")!, release: .auto),
                    .init(destination: Name("county")!, release: .review),
                ]))
        for uri in ["/v1/status", "/v1/sources"] {
            let status = try await gateway.call(.get, uri).object
            let sources = status["sources"] as? [[String: Any]] ?? []
            #expect(sources.compactMap { $0["state"] as? String } == ["live", "backing_off"])
            #expect(sources.first?["metadata_age_s"] as? Double == 0.04 && sources.last?["metadata_age_s"] == nil)
            #expect(sources.last?["last_error"] as? String == "connection \"refused\"")
            let books = status["books"] as? [[String: Any]] ?? []
            #expect(books.compactMap { $0["destination"] as? String } == ["city", "county"])
            #expect(books.compactMap { $0["pending"] as? Int } == [1, 0])
            #expect(books.compactMap { $0["held"] as? Int } == [0, 1])
            #expect(status["circuits"] as? [String: String] == ["city": "half_open"])
            let rules = status["rules"] as? [[String: Any]] ?? []
            #expect(rules.compactMap { $0["rule"] as? String } == ["smoke-1", "fire"])
            #expect(rules.compactMap { $0["precision_floor"] as? Double } == [0.6, 0.25])
            #expect(rules.compactMap { $0["upheld"] as? Int } == [3, 1])
            #expect(rules.compactMap { $0["dismissed"] as? Int } == [9, 0])
            #expect(rules.compactMap { $0["under_floor"] as? Bool } == [true, false])
        }
    }

    /// Name, labels and value of every sample, as a collector reads them.
    private func samples(_ text: String) throws -> [String: Double] {
        var samples: [String: Double] = [:]
        var types: [String: String] = [:]
        var series: [String] = []
        let sample = /([a-z_][a-z0-9_]*)(\{[a-z_]+="(?:[^"\\]|\\.)*"(?:,[a-z_]+="(?:[^"\\]|\\.)*")*\})? (\S+)/
        #expect(text.hasSuffix("\n"))
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ")
                #expect(words.count == 4 && ["gauge", "counter"].contains(words[3]))
                #expect(types.updateValue(String(words[3]), forKey: String(words[2])) == nil, "\(line) twice")
                series.append(String(words[2]))
                continue
            }
            let match = try #require(line.wholeMatch(of: sample), "\(line)")
            let name = String(match.output.1)
            #expect(series.last == name, "\(name) stands apart from its type")
            #expect(types[name] != "counter" || name.hasSuffix("_total"))
            let key = name + (match.output.2 ?? "")
            #expect(samples.updateValue(try #require(Double(match.output.3)), forKey: key) == nil, "\(key) twice")
        }
        return samples
    }

    @Test func `metrics are the Prometheus text format`() async throws {
        let gateway = try TestGateway()
        _ = try await gateway.store.commit(
            Observation(
                finding: .numbered(1), evidence: [], routes: [.init(destination: Name("city")!, release: .auto)]))
        let answer = try await gateway.call(.get, "/metrics")
        #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        let samples = try samples(answer.text)
        #expect(samples["flyonce_ready"] == 1)
        #expect(samples["flyonce_findings_opened_total"] == 7)
        #expect(samples["flyonce_source_live{source=\"mast\"}"] == 1)
        #expect(samples["flyonce_source_live{source=\"dock\"}"] == 0)
        #expect(samples["flyonce_source_metadata_age_seconds{source=\"mast\"}"] == 0.04)
        #expect(samples["flyonce_source_frames_total{source=\"mast\"}"] == 1200)
        #expect(samples["flyonce_deliveries_pending{destination=\"city\"}"] == 1)
        #expect(samples["flyonce_deliveries_circuit_open{destination=\"city\"}"] == 1)
        let feed = #"{source="mast",feed="mqtt://broker/\"a\"",index="#
        #expect(samples["flyonce_feed_packets_total\(feed)\"0\"}"] == 30)
        #expect(samples["flyonce_feed_packets_total\(feed)\"1\"}"] == 0)
        #expect(samples["flyonce_feed_live\(feed)\"0\"}"] == 1)
        #expect(samples["flyonce_feed_age_seconds\(feed)\"0\"}"] == 0.5)
        #expect(samples["flyonce_rule_under_floor{rule=\"smoke-1\"}"] == 1)
        #expect(samples["flyonce_rule_under_floor{rule=\"fire\"}"] == 0)
        #expect(samples.count == 38)
    }

    @Test func `health asks for a token from outside and answers one`() async throws {
        let gateway = try TestGateway()
        #expect(try await gateway.call(.get, "/healthz").text == "ok\n")
        #expect(try await gateway.call(.get, "/readyz").text == "ready\n")
    }

    @Test func `a gateway whose store is not open is alive and not ready`() async throws {
        let gateway = try TestGateway(isReady: false)
        #expect(try await gateway.call(.get, "/healthz").status == 200)
        let answer = try await gateway.call(.get, "/readyz")
        #expect(answer.status == 503 && answer.text == "not ready\n")
    }

    @Test(arguments: ["/healthz", "/readyz", "/metrics", "/v1/status", "/v1/findings", "/", "/page.js", "/page.css"])
    func `HEAD is GET without the body`(uri: String) async throws {
        let gateway = try TestGateway()
        let get = try await gateway.call(.get, uri)
        let head = try await gateway.call(.head, uri)
        #expect(head.status == get.status && head.body.isEmpty)
        #expect(head.headers == get.headers)
        #expect(head.headers[.contentLength] == "\(get.body.count)")
    }

    @Test func `HEAD of the events leaves no listener behind`() async throws {
        let gateway = try TestGateway()
        let head = try await gateway.call(.head, "/v1/events")
        #expect(head.status == 200 && head.headers[.contentType] == "text/event-stream")
        #expect(gateway.announcements.listenerCount == 0)
    }
}
