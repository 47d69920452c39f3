import Testing

@testable import Settings

@Suite struct RedactionSettingsTests {
    static func settings(_ text: String) throws(SettingsError) -> RedactionSettings {
        try GatewaySettings.parse("gateway: {name: g}\nredaction: \(text)\n", file: "/etc/flyonce/f.yaml").redaction
    }

    @Test func `reads what is written, and has defaults for the rest`() throws {
        #expect(try Self.settings("{}") == RedactionSettings())
        let read = try Self.settings(
            "{unlisted: withhold, analysers_name_people: false, labels: {person: [巡查员, ranger], plate: [rego]}}")
        #expect(read.unlisted == .withhold && !read.analysersNamePeople)
        #expect(read.persons == ["巡查员", "ranger"] && read.plates == ["rego"])
        #expect(read.heads.isEmpty && read.vehicles.isEmpty)
    }

    @Test(
        arguments: [
            "{unlisted: perhaps}", "{labels: {persons: [a]}}", "{labels: {head: [\"\"]}}", "{enabled: false}",
            "{labels: {head: [\(String(repeating: "x", count: 65))]}}",
            "{labels: {vehicle: [\((0..<201).map { "w\($0)" }.joined(separator: ", "))]}}",
        ]) func `refuses what cannot be meant`(text: String)
    {
        #expect(throws: SettingsError.self) { try Self.settings(text) }
    }

    @Test func `a change of it is named`() throws {
        let before = try GatewaySettings.parse("gateway: {name: g}\n", file: "f.yaml")
        let after = try GatewaySettings.parse("gateway: {name: g}\nredaction: {unlisted: send}\n", file: "f.yaml")
        #expect(before.changes(in: after) == ["redaction"])
    }
}
