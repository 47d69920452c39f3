import Testing

@testable import LocatedYAML

private enum Colour: String, CaseIterable { case red, green, blue }

@Suite struct YAMLMappingTests {
    @Test func `all complaints come at once, in the order of the lines`() {
        let found = complaints(of: "colour: rde\ncount: many\nlamp: yes\ntmie: 5s\ngap: 5\n") { root in
            discard(root.enumeration("colour", default: Colour.red))
            discard(root.int("count", default: 1, in: 0...9))
            discard(root.bool("lamp", default: false))
            discard(root.duration("time", default: .seconds(1), in: .zero...(.seconds(60))))
            discard(root.duration("gap", default: .seconds(1), in: .zero...(.seconds(60))))
            discard(root.string("name"))
        }
        #expect(
            found == [
                "1:1: name: is missing (add name: …)",
                "1:9: colour: must not be \"rde\" (did you mean red?)",
                "2:8: count: must be a whole number from 0 to 9, not \"many\"",
                "3:7: lamp: must be true or false, not \"yes\" (write true)",
                "4:1: tmie: unknown key (did you mean time?)",
                "5:6: gap: must be a time with its unit, not \"5\" (such as 500ms, 30s, 5m, 2h or 1d)",
            ])
    }

    @Test(arguments: [
        ("500ms", Duration.milliseconds(500)), ("30s", .seconds(30)), ("1.5s", .milliseconds(1500)),
        ("5m", .seconds(300)),
        ("2h", .seconds(7200)), ("1d", .seconds(86_400)), ("0s", .zero), ("2 s", .seconds(2)),
    ])
    func `a time is read with its unit`(text: String, expected: Duration) {
        let found = complaints(of: "t: \(text)\n") { root in
            #expect(root.optionalDuration("t", in: .zero...(.seconds(1_000_000))) == expected)
        }
        #expect(found == [])
    }

    @Test(arguments: ["s", "-1s", "1e3s", "1,5s", "5 weeks", "99999999999999999999999d", ".5s", "nan", "1..5s", "٣s"])
    func `what is no time is refused`(text: String) {
        #expect(
            complaints(of: "t: \(text)\n") { discard($0.optionalDuration("t", in: .zero...(.seconds(1e9)))) }.count == 1
        )
    }

    @Test(arguments: [
        ("10", 10), ("512KiB", 524_288), ("64MiB", 67_108_864), ("1.5KiB", 1536), ("2GiB", 2_147_483_648),
    ])
    func `a size is read in bytes`(text: String, expected: Int) {
        let found = complaints(of: "s: \(text)\n") { #expect($0.optionalBytes("s", in: 0...(1 << 40)) == expected) }
        #expect(found == [])
    }

    @Test(arguments: ["64MB", "-1", "1e99", "99999999TiB", "x"])
    func `what is no size is refused`(text: String) {
        #expect(complaints(of: "s: \(text)\n") { discard($0.optionalBytes("s", in: 0...(1 << 40))) }.count == 1)
    }

    @Test(arguments: ["nan", "inf", "1e400", "0x", "1,5", "11"])
    func `a number must be finite and in range`(text: String) {
        #expect(complaints(of: "n: \(text)\n") { discard($0.optionalNumber("n", in: 0...10)) }.count == 1)
    }

    @Test func `a null is as good as absent`() {
        let found = complaints(of: "a:\nb: ~\nc: null\nd: \"null\"\n") { root in
            #expect(root.optionalString("a") == nil)
            #expect(root.optionalInt("b", in: 0...1) == nil)
            #expect(!root.has("c"))
            #expect(root.optionalString("d") == "null")
        }
        #expect(found == [])
    }

    @Test func `a value of the wrong kind is named`() {
        let found = complaints(of: "a: [1]\nb: {c: 1}\nd: x\ne: y\nf: [[1], {a: 1}]\n") { root in
            discard(root.optionalString("a"))
            discard(root.optionalInt("b", in: 0...1))
            root.mapping("d") { _ in }
            discard(root.strings("e"))
            discard(root.strings("f"))
        }
        #expect(
            found == [
                "1:4: a: must be text, not a list", "2:4: b: must be text, not a mapping",
                "3:4: d: must be a mapping (key: value), not a single value",
                "4:4: e: must be a list, not a single value (put it in brackets: […])",
                "5:5: f[0]: must be text, not a list (put it in quotes where it begins with [)",
                "5:10: f[1]: must be text, not a mapping (put it in quotes where it holds \": \" or braces)",
            ])
    }

    @Test func `unknown keys are found at every level`() {
        let found = complaints(of: "m: {x: 1}\nn:\n  one: {y: 1}\nl: [{z: 1}]\nw: 1\n") { root in
            root.mapping("m") { discard($0.optionalString("a")) }
            _ = root.named("n") { _, mapping in discard(mapping.optionalString("b")) }
            _ = root.list("l") { discard($0.optionalString("c")) }
        }
        #expect(
            found == [
                "1:5: m.x: unknown key (did you mean a?)", "3:9: n.one.y: unknown key (did you mean b?)",
                "4:6: l[0].z: unknown key (did you mean c?)", "5:1: w: unknown key (did you mean l?)",
            ])
    }

    @Test func `asked-for keys are known by pattern`() throws {
        let document = try YAMLDocument("n: {one: {a: 1}}\n", file: "f")
        let collected = document.makeComplaints()
        document.decode(into: collected) { root in
            _ = root.named("n") { _, mapping in mapping.optionalString("a") }
            root.mapping("m") { discard($0.optionalString("b")) }
        }
        #expect(collected.knownKeys == ["n", "n.*", "n.*.a", "m", "m.b"])
    }

    @Test func `more complaints than the limit are counted`() {
        let text = (0..<300).map { "k\($0): 1\n" }.joined()
        let found = complaints(of: text) { _ in }
        #expect(found.count == 201)
        #expect(found.last?.contains("100 more complaints") == true)
    }

    @Test(arguments: [
        ("waste.exposd", "waste.exposed"), ("wsate.exposed", "waste.exposed"), ("Smoke.Visible", "smoke.visible"),
        ("zzzzz", nil), ("", nil),
    ])
    func `the nearest name is suggested`(word: String, expected: String?) {
        #expect(NearestName.suggestion(for: word, among: ["waste.exposed", "smoke.visible"]) == expected)
    }
}
