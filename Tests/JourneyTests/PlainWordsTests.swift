import Foundation
import Testing

/// What is said to people: whole sentences, the right number, the place of a mistake.
@Suite struct PlainWordsTests {
    // MARK: Where nothing can be written

    @Test(arguments: ["/proc/x", "/proc/x/y", "FILE", "FILE/x"])
    func `an output that cannot be written is named, with what to do`(place: String) async throws {
        let golden = try #require(GoldenCase.all.first { $0.name == "own-pack" })
        let flight = try await golden.flight()
        let scratch = try Scratch()
        let path = place.replacing("FILE", with: try scratch.write("x", "file"))
        for words in [
            ["replay", flight.video, "-o", path], ["simulate", "town", "--output", path],
        ] {
            let outcome = try await Program.flyonce.run(words)
            BadInputTests.expect(outcome, code: 1, says: [path, "--output"])
            #expect(outcome.complaint.split(separator: "\n").count == 1, "\(outcome.complaint)")
            #expect(!outcome.complaint.contains("could not be completed") && !outcome.complaint.contains("error "))
        }
    }

    // MARK: The case platform's command

    @Test func `a case platform whose port is taken says so in a sentence`() async throws {
        let port = try FreePort.tcp()
        let holder = try #require(Socket(SOCK_STREAM, port: UInt16(port)))
        let outcome = try await Program.casePlatform("--port", "\(port)")
        BadInputTests.expect(outcome, code: 69, says: ["case-platform: port \(port)", "in use", "--port"])
        #expect(outcome.complaint.split(separator: "\n").count == 1 && !outcome.complaint.contains("errno"))
        _ = holder
    }

    @Test(arguments: [
        ["--port", "many"], ["--prot", "1"], ["--callback-url", "http://x"], ["--port", "70000"], ["--fail-rate", "2"],
        ["--callback-url", "http://x", "--callback-secret", "x"],
    ])
    func `words that a case platform does not know are a usage error`(words: [String]) async throws {
        BadInputTests.expect(try await Program.casePlatform.run(words), code: 2, says: [])
    }

    @Test(arguments: [["--host", "203.0.113.9"], ["--host", "nowhere.invalid"], ["--journal", "/proc/x/y"]])
    func `an address or a journal that a case platform cannot have is named`(words: [String]) async throws {
        let outcome = try await Program.casePlatform.run(["--port", "0"] + words)
        BadInputTests.expect(outcome, code: 69, says: [words[1]])
        #expect(outcome.complaint.split(separator: "\n").count == 1, "\(outcome.complaint)")
    }

    @Test func `a case platform's help is no error`() async throws {
        let outcome = try await Program.casePlatform("--help")
        #expect(outcome.code == 0 && outcome.output.contains("--callback-url") && outcome.complaint.isEmpty)
    }

    // MARK: Mistakes of the configuration that only its meaning shows

    static let mistakes: [(name: String, text: String, complaints: [String])] = [
        (
            "pack of a source", "sources:\n  a: {url: \"udp://0.0.0.0:5004\", packs: [urban, urbane]}\n",
            ["flyonce.yaml:4:49: sources.a.packs[1]: ", "urbane"]
        ),
        (
            "pack of the defaults", "defaults:\n  packs: [nope]\nsources:\n  a: {url: \"udp://0.0.0.0:5004\"}\n",
            ["flyonce.yaml:4:11: defaults.packs[0]: ", "nope"]
        ),
        (
            "token", "destinations:\n  city: {kind: four-platform, url: \"https://a.example\", token_file: no-token}\n",
            ["flyonce.yaml:4:69: destinations.city.token_file: ", "no-token"]
        ),
        (
            "webhook secret",
            "destinations:\n  duty:\n    kind: webhook\n    url: https://a.example\n"
                + "    secret_file: bad-secret\n",
            ["flyonce.yaml:7:18: destinations.duty.secret_file: ", "whsec_"]
        ),
        (
            "callback secret",
            "destinations:\n  city: {kind: four-platform, url: \"https://a.example\", callback_secret_credential: x}\n",
            ["flyonce.yaml:4:85: destinations.city.callback_secret_credential: ", "CREDENTIALS_DIRECTORY"]
        ),
        (
            "scene type",
            "destinations:\n  city:\n    kind: four-platform\n    url: https://a.example\n    release:\n"
                + "      scene_types: {waste.exposedd: auto}\n",
            ["flyonce.yaml:8:37: destinations.city.release.scene_types.waste.exposedd: ", "waste.exposed?"]
        ),
        (
            "jurisdiction", "jurisdiction: cm\n",
            ["flyonce.yaml:3:15: jurisdiction: there is no jurisdiction cm", "did you mean cn?"]
        ),
        (
            "jurisdiction's file", "jurisdiction: law/county.yaml\n",
            ["flyonce.yaml:3:15: jurisdiction: ", "law/county.yaml is not there"]
        ),
        (
            "rule file", "rules:\n  packs:\n    - no-pack.yaml\n",
            ["flyonce.yaml:5:7: rules.packs[0]: ", "no-pack.yaml is not there"]
        ),
        (
            "duplicate name",
            "sources:\n  a: {url: \"udp://0.0.0.0:5004\"}\n  a: {url: \"udp://0.0.0.0:5005\"}\n", ["flyonce.yaml:5:3: "]
        ),
        (
            "address", "sources:\n  a: {url: \"udp://0.0.0.0:99999\"}\n", ["flyonce.yaml:4:12: sources.a.url: "]
        ),
    ]

    @Test(arguments: mistakes)
    func `a mistake of meaning is named with line and column`(
        mistake: (name: String, text: String, complaints: [String])
    ) async throws {
        let scratch = try Scratch()
        try scratch.write("not a secret\n", "bad-secret")
        let config = try scratch.write(
            "gateway: {name: trial}\nstate_directory: state\n" + mistake.text, "flyonce.yaml")
        for command in ["check", "run"] {
            BadInputTests.expect(
                try await Program.flyonce(command, "--config", config), code: 78, says: mistake.complaints)
        }
    }

    @Test func `everything that is wrong is said at once, in the order of the lines`() async throws {
        let scratch = try Scratch()
        let config = try scratch.write(
            """
            gateway: {name: trial}
            state_directory: state
            sources:
              a: {url: /nowhere/a.ts, packs: [nope]}
              b: {url: /nowhere/b.ts}
            destinations:
              city: {kind: four-platform, url: "https://a.example", token_file: no-token}

            """, "flyonce.yaml")
        let outcome = try await Program.flyonce("check", "--config", config)
        let places = outcome.complaint.split(separator: "\n").compactMap {
            $0.firstMatch(of: /flyonce\.yaml:(\d+):/).map { String($0.output.1) }
        }
        #expect(outcome.code == 78 && places == ["4", "4", "5", "7"], "\(outcome.complaint)")
    }

    @Test func `what cannot be decoded hides nothing of what cannot be meant`() async throws {
        let scratch = try Scratch()
        try scratch.write("no program\n", "plain.txt")
        let config = try scratch.write(
            """
            gateway: {name: Trial 1}
            state_directory: state
            defaults: {packs: [nope], analyser: {command: [nosuchprog]}}
            sources:
              a: {url: "rtsp://", rate: 1}
              b: {url: "udp://0.0.0.0"}
              c: {url: "rtsp://x:99999/y", analyser: {command: [./plain.txt]}}
              D: {url: "udp://0.0.0.0:5000?interfce=lo"}
              e: {url: "udp://0.0.0.0:5000?interfce=lo", analyser: {command: [sh]}}
              f: {packs: [urban]}
            destinations:
              city: {kind: four-platform, url: "https://a.example", token_file: no-token}

            """, "flyonce.yaml")
        let outcome = try await Program.flyonce("check", "--config", config)
        let lines = outcome.complaint.split(separator: "\n")
        let places = lines.compactMap { line in
            line.firstMatch(of: /flyonce\.yaml:(\d+):\d+: ([^ :]+):/).map { "\($0.output.1) \($0.output.2)" }
        }
        let expected = [
            "1 gateway.name", "3 defaults.packs[0]", "3 defaults.analyser.command[0]", "5 sources.a.url",
            "5 sources.a.rate", "6 sources.b.url", "7 sources.c.url", "7 sources.c.analyser.command[0]", "8 sources.D",
            "9 sources.e.url", "10 sources.f.url", "12 destinations.city.token_file",
        ]
        #expect(outcome.code == 78 && places == expected, "\(outcome.complaint)")
        #expect(lines.contains { $0.contains("sources.a.url") && $0.contains("such as rtsp://") })
    }

    @Test func `a rule pack that cannot be read hides nothing of the configuration`() async throws {
        let scratch = try Scratch()
        try scratch.write("pack: p\n", "pack.yaml")
        let config = try scratch.write(
            "gateway: {name: trial}\nrules: {packs: [pack.yaml]}\nsources: {a: {url: \"rtsp://h/x y\"}}\n",
            "flyonce.yaml")
        BadInputTests.expect(
            try await Program.flyonce("check", "--config", config), code: 78,
            says: ["flyonce.yaml:3:20: sources.a.url: ", "pack.yaml:1:1: version: "])
    }

    @Test func `a severity that is none is found before any frame is seen`() async throws {
        let scratch = try Scratch()
        for (value, column) in [("purple", 15), ("'\"purple\"'", 16), ("'\"pur\" + \"ple\"'", 15)] {
            let pack = try scratch.write(
                "pack: p\nversion: \"1\"\ntitle: {zh: 甲, en: P}\nrules:\n  - id: r\n    scene_type: waste.exposed\n"
                    + "    severity: \(value)\n", "pack.yaml")
            BadInputTests.expect(
                try await Program.flyonce("rules", "check", pack), code: 78,
                says: ["pack.yaml:7:\(column): rules[0].severity: ", "is no severity"])
        }
    }

    // MARK: One and many

    @Test func `one is not many`() async throws {
        let golden = try #require(GoldenCase.all.first { $0.name == "own-pack" })
        let flight = try await golden.flight()
        let scratch = try Scratch()
        var said = ""
        for words in [
            ["replay", flight.video, "--format", "text", "-o", scratch.file("out")],
            ["inspect", flight.video], ["rules", "check", Checkout.pack("urban")],
        ] {
            let outcome = try await Program.flyonce.run(words)
            #expect(outcome.code == 0, "\(outcome.description)")
            said += outcome.complaint
        }
        let config = try scratch.write(
            "gateway: {name: trial}\nstate_directory: state\nsources:\n  a: {url: \"udp://0.0.0.0:5004\"}\n",
            "flyonce.yaml")
        let check = try await Program.flyonce("check", "--config", config)
        #expect(check.complaint.contains("(1 source, "), "\(check.complaint)")
        #expect(said.contains("1 pack, "), "\(said)")
        let wrong = (said + check.complaint).matches(of: /\b1 (?:[a-z]+ )?[a-z]+[^s]s\b/)
            .map { String($0.output) }
        #expect(wrong.isEmpty, "\(wrong)")
    }
}
