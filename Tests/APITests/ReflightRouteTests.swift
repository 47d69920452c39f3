import Foundation
import Geodesy
import HTTPTypes
import Inspection
import Store
import Testing

@testable import API

@Suite struct ReflightRouteTests {
    /// One of ``Finding/numbered(_:)``, 1° further north for each number.
    private static func wish(_ number: Int, reason: ReflightWish.Reason = .stale, lastLook: UTCTime? = nil)
        -> ReflightWish
    {
        let finding = Finding.numbered(number)
        return ReflightWish(
            known: KnownFinding(
                id: finding.id, sceneType: finding.sceneType, severity: finding.severity,
                status: reason == .verify ? .closed : .open, statusSince: finding.lastSeen,
                firstSeen: finding.firstSeen, lastSeen: finding.lastSeen, sightings: 3,
                point: GeodeticPoint(latitude: 28.9 + Double(number), longitude: 118.5, height: 120.25),
                ellipse: ErrorEllipse(semiMajor: 4, semiMinor: 4, bearing: 0)),
            reason: reason, age: 1_296_000.4, lastLook: lastLook, gsd: 0.0625, depression: 35, margin: 20.456, views: 2,
            viewsApart: 5, looks: 4, span: 2)
    }

    /// Answers as the plan does: what fits, in order, as many as asked for.
    private static func gateway(_ wishes: [ReflightWish]) throws -> TestGateway {
        try TestGateway(
            reflights: ReflightDesk { query in
                let fitting = wishes.filter {
                    query.reasons.contains($0.reason) && query.box?.contains($0.known.point) ?? true
                }
                return Array(fitting.prefix(query.limit))
            })
    }

    private static func ids(_ numbers: [Int]) -> [String] { numbers.map { Finding.numbered($0).id.description } }

    private static let kml = "application/vnd.google-earth.kml+xml"

    @Test func `a finding that wants a look is a Feature that says why, and what the look must be like`() async throws {
        let look = try #require(UTCTime(rfc3339: "2026-08-10T01:02:03Z"))
        let gateway = try Self.gateway([Self.wish(1, lastLook: look), Self.wish(2, reason: .verify)])
        for number in [1, 2] { _ = try await gateway.commit(number) }
        let answer = try await gateway.call(.get, "/v1/reflights")
        #expect(answer.status == 200 && answer.type == "application/geo+json")
        #expect(answer.headers[.vary] == "Accept")
        #expect(answer.object["more"] as? Bool == false)
        let features = try #require(answer.object["features"] as? [[String: Any]])
        #expect(features.compactMap { $0["id"] as? String } == Self.ids([1, 2]))
        let geometry = try #require(features[0]["geometry"] as? [String: Any])
        #expect(geometry["coordinates"] as? [Double] == [118.5, 29.9, 120.25])
        let properties = try #require(features[0]["properties"] as? [String: Any])
        let texts = [
            "finding": Self.ids([1])[0], "scene_type": "worker.no_dust_mask", "title_zh": "裸露垃圾",
            "title_en": "Exposed waste", "severity": "yellow", "status": "open", "source": "mast", "reason": "stale",
            "first_seen": Finding.numbered(1).firstSeen.rfc3339, "last_seen": Finding.numbered(1).lastSeen.rfc3339,
            "last_look": look.rfc3339,
        ]
        for (name, text) in texts { #expect(properties[name] as? String == text, "\(name)") }
        // 2.146 of one sigma in a circle.
        let numbers = [
            "age_s": 1_296_000, "ce90_m": 8.58, "gsd_m": 0.0625, "depression_deg": 35, "margin_m": 20.5, "views": 2,
            "views_apart_deg": 5, "looks": 4, "span_s": 2,
        ]
        for (name, number) in numbers { #expect(properties[name] as? Double == number, "\(name)") }
        #expect(Set(properties.keys) == Set(texts.keys).union(numbers.keys))
        let second = try #require(features[1]["properties"] as? [String: Any])
        #expect(second["reason"] as? String == "verify" && second["status"] as? String == "closed")
        #expect(second["last_look"] == nil)
    }

    @Test func `when too many ask for plans, one is told to come again`() async throws {
        let gateway = try TestGateway(reflights: ReflightDesk(wishes: { _ in nil }))
        let answer = try await gateway.call(.get, "/v1/reflights")
        #expect(answer.status == 503 && answer.headers[.retryAfter] == "5")
        #expect(answer.object["code"] as? String == "busy")
    }

    @Test(arguments: [("zh", "裸露垃圾", "已 15 天未查看。每像素不超过 6.2 厘米"), ("en", "Exposed waste", "Not looked at for 15 days.")])
    func `as KML it says the same in words and values`(language: String, title: String, words: String) async throws {
        let gateway = try Self.gateway([Self.wish(1)])
        _ = try await gateway.commit(1)
        let answer = try await gateway.call(.get, "/v1/reflights?format=kml&language=\(language)")
        #expect(answer.status == 200 && answer.type == Self.kml)
        #expect(answer.headers[.contentDisposition] == "attachment; filename=\"reflights.kml\"")
        let text = answer.text
        #expect(text.contains("<Placemark><name>\(title)</name><description>\(words)"), "\(text)")
        #expect(text.contains("<coordinates>118.500000,29.900000</coordinates>"))
        for (name, value) in [
            ("finding", Self.ids([1])[0]), ("title_zh", "裸露垃圾"), ("title_en", "Exposed waste"), ("reason", "stale"),
            ("age_s", "1296000"), ("gsd_m", "0.0625"), ("depression_deg", "35"), ("margin_m", "20.5"), ("views", "2"),
            ("views_apart_deg", "5"), ("looks", "4"), ("span_s", "2"), ("ce90_m", "8.58"),
        ] {
            #expect(text.contains("<Data name=\"\(name)\"><value>\(value)</value></Data>"), "\(name)")
        }
        #expect(!text.contains("last_look"))
    }

    @Test(
        arguments: [
            (kml, "", true), ("application/geo+json", "", false), ("*/*", "", false), ("", "", false),
            ("\(kml), */*", "", true), ("application/geo+json, \(kml);q=0.9", "", false),
            ("application/geo+json;q=0.5, Application/VND.google-earth.kml+XML", "", true), ("\(kml);q=0", "", false),
            ("\(kml);q=x", "", false), (kml, "geojson", false), ("application/geo+json", "kml", true),
            (String(repeating: "a/b,", count: 500) + kml, "", false),
        ])
    func `KML is given when it is asked for`(accept: String, format: String, isKML: Bool) async throws {
        let gateway = try Self.gateway([])
        let answer = try await gateway.call(
            .get, "/v1/reflights" + (format.isEmpty ? "" : "?format=\(format)"), headers: [.accept: accept])
        #expect(answer.type == (isKML ? Self.kml : "application/geo+json"))
    }

    /// Rounded half up, 0.01875 m would be 0.0188, at which no look counts.
    @Test func `what a look must be like is rounded to the safe side`() async throws {
        var wish = Self.wish(1)
        wish.gsd = 0.01875
        wish.depression = 35.01
        wish.margin = 20.41
        let gateway = try Self.gateway([wish])
        _ = try await gateway.commit(1)
        let answer = try await gateway.call(.get, "/v1/reflights")
        let feature = try #require((answer.object["features"] as? [[String: Any]])?.first)
        let properties = try #require(feature["properties"] as? [String: Any])
        #expect(properties["gsd_m"] as? Double == 0.0187)
        #expect(properties["depression_deg"] as? Double == 35.1)
        #expect(properties["margin_m"] as? Double == 20.5)
        let plan = try await gateway.call(.get, "/v1/reflights?format=kml&language=en").text
        #expect(plan.contains("At most 1.8 cm a pixel, sight line at least 35.1° down, 20.5 m around"), "\(plan)")
    }

    @Test func `it is asked by box, reason and source, and told when there are more`() async throws {
        let wishes = (1...6).map { Self.wish($0, reason: $0.isMultiple(of: 2) ? .overdue : .verify) }
        let gateway = try Self.gateway(wishes)
        let dock = try #require(Name("dock"))
        for number in 1...6 { _ = try await gateway.commit(number) { if number > 3 { $0.source = dock } } }
        func asked(_ query: String) async throws -> ([String], more: Bool?) {
            let answer = try await gateway.call(.get, "/v1/reflights?" + query)
            #expect(answer.status == 200, "\(query)")
            return (answer.ids, answer.object["more"] as? Bool)
        }
        #expect(try await asked("") == (Self.ids([1, 2, 3, 4, 5, 6]), false))
        #expect(try await asked("limit=6") == (Self.ids([1, 2, 3, 4, 5, 6]), false))
        #expect(try await asked("limit=4") == (Self.ids([1, 2, 3, 4]), true))
        #expect(try await asked("bbox=118,30.5,119,32.5") == (Self.ids([2, 3]), false))
        // Across 180°: everywhere but from 10° west to 118° east.
        #expect(try await asked("bbox=118,-90,-10,90&limit=6") == (Self.ids([1, 2, 3, 4, 5, 6]), false))
        #expect(try await asked("bbox=119,-90,-10,90") == ([], false))
        #expect(try await asked("reason=overdue") == (Self.ids([2, 4, 6]), false))
        #expect(try await asked("reason=overdue,verify&limit=5") == (Self.ids([1, 2, 3, 4, 5]), true))
        #expect(try await asked("reason=stale") == ([], false))
        #expect(try await asked("source=dock") == (Self.ids([4, 5, 6]), false))
        #expect(try await asked("source=dock&limit=2") == (Self.ids([4, 5]), true))
        #expect(try await asked("source=dock&limit=3") == (Self.ids([4, 5, 6]), false))
        // Configured, and found none of these.
        #expect(try await asked("source=mast&bbox=118,32.5,119,36") == ([], false))
        let unknown = try await gateway.call(.get, "/v1/reflights?source=other")
        #expect(unknown.status == 404 && unknown.code == "no_source", "\(unknown.text)")
    }

    @Test func `a source that is not configured any more, but flew, is known`() async throws {
        let gateway = try Self.gateway([])
        let time = try #require(UTCTime(rfc3339: "2026-08-10T01:02:03Z"))
        try await gateway.store.save(
            Flight(
                id: FlightID(milliseconds: 7, randomness: (1, 2)), source: try #require(Name("former")),
                firstFrame: time, lastFrame: time, lastArrival: time, content: "live", ended: true))
        let answer = try await gateway.call(.get, "/v1/reflights?source=former")
        #expect(answer.status == 200 && answer.ids.isEmpty, "\(answer.text)")
    }

    @Test func `a box with south and north exchanged is told so`() async throws {
        let answer = try await Self.gateway([]).call(.get, "/v1/reflights?bbox=118,29,119,28")
        #expect(answer.status == 400 && answer.text.contains("its south 29 lies above its north 28"), "\(answer.text)")
    }

    @Test func `what the store no longer holds is left out`() async throws {
        let gateway = try Self.gateway([Self.wish(1), Self.wish(2)])
        _ = try await gateway.commit(2)
        #expect(try await gateway.call(.get, "/v1/reflights").ids == Self.ids([2]))
    }

    @Test(arguments: [
        ("bbox=1,2,3", "bad_parameter"), ("bbox=1,2,3,x", "bad_parameter"), ("bbox=0,10,1,9", "bad_parameter"),
        ("bbox=0,0,181,1", "bad_parameter"), ("bbox=0,-91,1,1", "bad_parameter"), ("bbox=nan,0,1,1", "bad_parameter"),
        ("bbox=0,0,1,inf", "bad_parameter"), ("bbox=", "bad_parameter"), ("bbox=0,0,0,0,1,1", "bad_parameter"),
        ("reason=old", "bad_parameter"), ("reason=stale,", "bad_parameter"), ("source=A%20B", "bad_parameter"),
        ("format=shp", "bad_parameter"), ("language=fr", "bad_language"), ("limit=0", "bad_limit"),
        ("limit=1001", "bad_limit"), ("box=1,2,3,4", "unknown_parameter"),
    ])
    func `what cannot be meant is refused`(query: String, code: String) async throws {
        let answer = try await Self.gateway([Self.wish(1)]).call(.get, "/v1/reflights?" + query)
        #expect(answer.status == 400 && answer.code == code, "\(answer.text)")
    }

    @Test func `no token, no plan; where no flight looks again, an empty one`() async throws {
        let gateway = try TestGateway()
        #expect(try await gateway.call(.get, "/v1/reflights", token: nil).status == 401)
        let answer = try await gateway.call(.get, "/v1/reflights")
        #expect(answer.ids.isEmpty && answer.object["more"] as? Bool == false)
        let empty = try await gateway.call(.get, "/v1/reflights?format=kml")
        #expect(empty.status == 200 && !empty.text.contains("<Placemark>"))
    }

    @Test func `a store that cannot answer is a problem`() async throws {
        let gateway = try TestGateway(
            reflights: ReflightDesk { _ throws(StoreError) in
                throw StoreError(kind: .io, description: "read /secret/flyonce.db")
            })
        let answer = try await gateway.call(.get, "/v1/reflights")
        #expect(answer.status == 500 && answer.code == "io" && !answer.text.contains("secret"))
    }

    @Test func `GDAL opens both`() async throws {
        guard
            let ogrinfo = ["/usr/bin/ogrinfo", "/usr/local/bin/ogrinfo"].first(where: {
                FileManager.default.isExecutableFile(atPath: $0)
            })
        else { return print("ogrinfo is not installed: GeoJSON and KML were not opened with it") }
        let gateway = try Self.gateway((1...3).map { Self.wish($0) })
        for number in 1...3 {
            _ = try await gateway.commit(number) { $0.title = BilingualText(zh: "垃圾 <&\"'>", en: "a & b") }
        }
        for (query, name) in [("format=geojson", "reflights.geojson"), ("format=kml", "reflights.kml")] {
            let answer = try await gateway.call(.get, "/v1/reflights?" + query)
            let file = gateway.folder + "/" + name
            try Data(answer.body).write(to: URL(filePath: file))
            let said = try Self.output(of: ogrinfo, ["-ro", "-al", file])
            #expect(said.contains("Feature Count: 3"), "\(said)")
            #expect(said.contains("POINT Z (118.5 29.9 120.25)") || said.contains("POINT (118.5 29.9)"), "\(said)")
            #expect(said.contains("垃圾 <&\"'>"), "\(said)")
            if name.hasSuffix(".geojson") {
                #expect(said.contains("gsd_m (Real) = 0.0625") && said.contains("views (Integer) = 2"), "\(said)")
                #expect(said.contains("reason (String) = stale"))
            }
        }
    }

    private static func output(of program: String, _ words: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = words
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `a finding tells what the newest ten flights said of it, the newest first`() async throws {
        let gateway = try TestGateway(
            reflights: ReflightDesk(
                wishes: { _ in [] },
                said: { finding in
                    (0..<12).map { number in
                        ReflightEntry(
                            finding: finding, flight: FlightID(milliseconds: UInt64(number), randomness: (1, 1)),
                            decision: number == 11 ? .undecided : .persisting, doubt: number == 11 ? "too_coarse" : nil,
                            looks: number, sightings: number / 2,
                            lastLook: number == 11 ? nil : UTCTime(microseconds: 1_788_000_000_000_000),
                            decidedAt: UTCTime(microseconds: Int64(number)))
                    }
                }))
        _ = try await gateway.commit(1)
        let answer = try await gateway.call(.get, "/v1/findings/\(Self.ids([1])[0])")
        #expect(answer.status == 200)
        let told = try #require(answer.object["reflights"] as? [[String: Any]])
        #expect(told.compactMap { $0["looks"] as? Int } == Array((2...11).reversed()))
        #expect(Set(told[0].keys) == ["flight", "decision", "doubt", "looks", "sightings"])
        #expect(told[0]["decision"] as? String == "undecided" && told[0]["doubt"] as? String == "too_coarse")
        #expect(Set(told[1].keys) == ["flight", "decision", "looks", "sightings", "last_look"])
        #expect(told[1]["sightings"] as? Int == 5)
        #expect(answer.object["id"] as? String == Self.ids([1])[0] && answer.object["properties"] != nil)
    }

    @Test func `a finding that no flight looked at again says so, and no list is there without the check`() async throws
    {
        let checked = try Self.gateway([])
        _ = try await checked.commit(1)
        let path = "/v1/findings/\(Self.ids([1])[0])"
        #expect((try await checked.call(.get, path).object["reflights"] as? [Any])?.isEmpty == true)
        let unchecked = try TestGateway()
        _ = try await unchecked.commit(1)
        #expect(try await unchecked.call(.get, path).object["reflights"] == nil)
    }
}
