import Foundation
import Glibc
import Testing

/// The jurisdiction in use, from the settings to the case on the platform.
@Suite(.serialized) struct JurisdictionTests {
    private static let pack = """
        pack: heaps
        version: "1"
        title: {zh: 堆, en: Heaps}
        rules:
          - {id: heap, scene_type: waste.exposed, when: [object.confidence >= 0.5]}
        """

    /// Each flight finds the heap anew: a case a flight.
    private static func settings(_ gateway: Deployment, sources: String, platform: Platform, rest: String) -> String {
        """
        gateway: {name: trial}
        state_directory: state
        http: {listen: "127.0.0.1:\(gateway.port)"}
        joining: {across_flights: false}
        rules: {catalogue: "\(Checkout.models)/catalogue.yaml", packs: [pack.yaml]}
        sources: {\(sources)}
        \(rest)
        """
    }

    /// The platform's page, a piece a case.
    private static func cases(of platform: Platform) async throws -> [String] {
        let (status, page) = try await HTTP.send("GET", platform.address + "/")
        try #require(status == 200)
        return Array(page.components(separatedBy: "<article").dropFirst())
    }

    @Test func `a finding of one day and one of the next reach the platform with different laws`() async throws {
        // At eleven local time; the Code came into force between the two days.
        let before = try await GroundFlight.fly(start: "2026-08-14T03:00:00Z")
        let after = try await GroundFlight.fly(start: "2026-08-15T03:00:00Z")
        let platform = try await Platform()
        let gateway = try Deployment(source: "", platform: nil)
        try gateway.scratch.write(Self.pack, "pack.yaml")
        try gateway.scratch.write(
            Self.settings(
                gateway, sources: "before: {url: \"\(before.video)\"}, after: {url: \"\(after.video)\"}",
                platform: platform,
                rest: """
                    jurisdiction: cn
                    destinations:
                      county: {kind: four-platform, url: "\(platform.address)", release: {default: auto}}

                    """), "flyonce.yaml")
        let token = try await gateway.token()
        let daemon = try await gateway.startReady()
        try await gateway.settle()
        let findings = try await gateway.findings(token: token)
        #expect(findings.count == 2)
        // Nothing of it is in the finding itself.
        #expect(findings.allSatisfy { !"\($0)".contains("jurisdiction") && !"\($0)".contains("城管") })

        let cases = try await Self.cases(of: platform)
        #expect(cases.count == 2)
        for shown in ["综合执法 · 平安法治", "城管（综合执法）", "06010", "处置 · Handled 4wh → 2026-08-1"] {
            #expect(cases.allSatisfy { $0.contains(shown) }, "\(shown): \(cases)")
        }
        let old = try #require(cases.first { $0.contains("first seen 2026-08-14") })
        let new = try #require(cases.first { $0.contains("first seen 2026-08-15") })
        #expect(old.contains("固体废物污染环境防治法") && !old.contains("生态环境法典"), "\(old)")
        #expect(new.contains("生态环境法典") && !new.contains("固体废物污染环境防治法"), "\(new)")
        // The fifteenth is a Saturday: its four working hours begin on Monday.
        #expect(old.contains("→ 2026-08-14T09:00:") && new.contains("→ 2026-08-17T06:30:00"), "\(old) \(new)")
        daemon.send(SIGTERM)
        #expect(await daemon.end(within: 10).code == 0)
    }

    private static func county(_ release: String, department: String) -> String {
        """
        jurisdiction: county
        version: "1"
        title: {zh: 县, en: County}
        tracks: {t: {zh_2016: 综合执法, zh_2021: 平安法治, en: Enforcement}}
        departments: {d: {zh: \(department), en: Department}}
        release: {default: \(release)}
        scene_types:
          waste.exposed: {track: t, departments: [d], codes: ["06010"], unknown: [law, limits]}
        """
    }

    @Test func `its release is what a destination gets that says nothing, and SIGHUP takes another over or none of it`()
        async throws
    {
        let flight = try await GroundFlight.fly()
        let platform = try await Platform()
        let gateway = try Deployment(source: "", platform: nil)
        let inbox = gateway.scratch.file("inbox")
        try FileManager.default.createDirectory(atPath: inbox, withIntermediateDirectories: true)
        try gateway.scratch.write(Self.pack, "pack.yaml")
        try gateway.scratch.write(Self.county("auto", department: "城管局"), "county.yaml")
        func configure(_ jurisdiction: String) throws {
            try gateway.scratch.write(
                Self.settings(
                    gateway, sources: "uav-1: {url: \"\(inbox)\", folder: {settle: 200ms}}", platform: platform,
                    rest: """
                        \(jurisdiction)
                        destinations:
                          county: {kind: four-platform, url: "\(platform.address)", retry: {initial: 100ms, maximum: 1s}}

                        """), "flyonce.yaml")
        }
        try configure("jurisdiction: county.yaml")
        let token = try await gateway.token()
        let daemon = try await gateway.startReady()
        var flights = 0
        func fly() async throws -> Int {
            flights += 1
            let ready = try flight.scratch.write(flight.copy(flights), "ready.ts")
            try FileManager.default.moveItem(atPath: ready, toPath: inbox + "/\(flights).ts")
            let (wanted, daemon) = (flights, daemon)
            let ended = await eventually(within: 30) {
                daemon.complaint.matches(of: /flight ends/).count == wanted
            }
            try #require(ended, "flight \(wanted) did not end: \(daemon.complaint)")
            // What it found is stored before anything else is done.
            try await Task.sleep(for: .milliseconds(300))
            return try await gateway.findings(token: token).count
        }
        func reload(says text: String) async -> Bool {
            let before = daemon.complaint.components(separatedBy: text).count
            daemon.send(SIGHUP)
            return await eventually(within: 20) { daemon.complaint.components(separatedBy: text).count > before }
        }
        func cases(_ count: Int) async throws -> [String] {
            _ = try await eventually(within: 15) { try await Self.cases(of: platform).count >= count }
            return try await Self.cases(of: platform)
        }

        #expect(try await fly() == 1)
        let first = try await cases(1)
        #expect(first.count == 1 && first[0].contains("城管局") && first[0].contains("依据 law"), "\(first)")

        // What is wrong with a file leaves all of the old one in force.
        try gateway.scratch.write(Self.county("maybe", department: "水利局"), "county.yaml")
        #expect(await reload(says: "nothing was taken over"))
        #expect(daemon.complaint.contains("county.yaml:6:"), "\(daemon.complaint)")
        #expect(try await fly() == 2)
        let second = try await cases(2)
        #expect(second.count == 2 && second.allSatisfy { $0.contains("城管局") && !$0.contains("水利局") }, "\(second)")

        try gateway.scratch.write(Self.county("never", department: "水利局"), "county.yaml")
        #expect(await reload(says: "rules were read again"))
        #expect(try await fly() == 3)
        try await Task.sleep(for: .seconds(1))
        #expect(try await Self.cases(of: platform).count == 2)

        // Without one a person looks first, as ever.
        try configure("")
        #expect(await reload(says: "rules were read again"))
        #expect(!daemon.complaint.contains("beyond its rules"), "\(daemon.complaint)")
        #expect(try await fly() == 4)
        let held = try await eventually(within: 10) { (try await gateway.status()["books"][0]["held"].count ?? 0) > 0 }
        #expect(held)
        #expect(try await Self.cases(of: platform).count == 2)
        daemon.send(SIGTERM)
        #expect(await daemon.end(within: 10).code == 0)
    }

    @Test func `check reads it, and says where a destination overrules it`() async throws {
        let scratch = try Scratch()
        func check(_ rest: String) async throws -> Outcome {
            let config = try scratch.write(
                "gateway: {name: trial}\nstate_directory: state\n" + rest, "flyonce.yaml")
            return try await Program.flyonce("check", "--config", config)
        }
        let named = try await check("jurisdiction: cn\n")
        #expect(named.code == 0 && named.complaint.contains("jurisdiction cn"), "\(named.description)")
        let city =
            "destinations:\n  city: {kind: four-platform, url: \"https://a.example\", release: {default: auto}}\n"
        let overruled = try await check("jurisdiction: cn\n" + city)
        #expect(overruled.code == 0, "\(overruled.description)")
        #expect(
            overruled.complaint.contains("destination city: its release lets target.unclassified go"),
            "\(overruled.complaint)")
        let none = try await check(city)
        #expect(none.code == 0 && !none.complaint.contains("jurisdiction"), "\(none.complaint)")

        try scratch.write(
            Self.county("auto", department: "城管局").replacing("waste.exposed:", with: "waste.exposd:"), "county.yaml")
        let wrong = try await check("jurisdiction: ./county.yaml\n" + city.replacing("https", with: "http"))
        BadInputTests.expect(
            wrong, code: 78,
            says: ["county.yaml:8:", "there is no such scene type", "waste.exposed?", "destinations.city.url"])
    }

    @Test func `rules check prints what scene types get, by the law of a day`() async throws {
        let scratch = try Scratch()
        let pack = try scratch.write(Self.pack, "pack.yaml")
        for (day, law, unknown, other) in [
            (
                "2026-08-14", "固体废物污染环境防治法 (from unknown, to 2026-08-14) 49, penalty 111", "unknown: law_from; ",
                "生态环境法典"
            ),
            ("2026-08-15", "生态环境法典 (from 2026-08-15) 506, penalty 1169", "", "固体废物"),
        ] {
            let outcome = try await Program.flyonce("rules", "check", pack, "--jurisdiction", "cn", "--day", day)
            #expect(outcome.code == 0, "\(outcome.description)")
            #expect(
                outcome.output.hasPrefix(
                    "waste.exposed  track 综合执法/平安法治; departments 城管（综合执法）; codes 06010; law \(law); limits 处置 4wh; \(unknown)release review"
                )
                    && !outcome.output.contains(other) && outcome.lines.count == 1, "\(outcome.output)")
        }
        BadInputTests.expect(
            try await Program.flyonce("rules", "check", pack, "--jurisdiction", "cx"), code: 78, says: ["cx", "cn"])
        BadInputTests.expect(
            try await Program.flyonce("rules", "check", pack, "--jurisdiction", "cn", "--day", "today"), code: 2,
            says: ["today", "2026-08-15"])
        BadInputTests.expect(
            try await Program.flyonce("rules", "check", pack, "--day", "2026-08-15"), code: 2, says: ["--jurisdiction"])
    }
}
