import LocatedYAML
import Testing

@testable import Settings

@Suite struct SettingsChangesTests {
    static let text = """
        gateway: {name: g}
        defaults: {flight_gap: 1m}
        sources:
          a: {url: in/a.ts}
          b: {url: in/b.ts, flight_gap: 2m}
        destinations:
          city: {kind: webhook, url: "https://a.example", secret_file: s}

        """

    @Test(
        arguments: [
            ("# a line more\n", "", []), ("", "http: {listen: \"127.0.0.1:1\"}\n", ["http"]),
            ("name: g", "name: h", ["gateway"]), ("in/a.ts", "in/c.ts", ["sources.a"]),
            ("  a:", "  c:", ["sources.a", "sources.c"]),
            // What stands in the defaults counts where it is not overridden.
            ("flight_gap: 1m", "flight_gap: 3m", ["sources.a"]), ("a.example", "b.example", ["destinations.city"]),
            ("", "joining: {join_radius_m: 9}\nareas: [{name: x, file: y, kind: mine}]\n", ["areas", "joining"]),
            (
                "", "terrain: {error_m: 3}\ncoverage: {gsd_m: 0.2}\nreflights: {looks: 5}\n",
                ["terrain", "coverage", "reflights"]
            ),
        ] as [(String, String, [String])])
    func `what changed is named by its keys`(old: String, new: String, keys: [String]) throws {
        let before = try GatewaySettings.parse(Self.text, file: "f.yaml")
        let changed =
            old.isEmpty ? Self.text + new : old.hasPrefix("#") ? old + Self.text : Self.text.replacing(old, with: new)
        let after = try GatewaySettings.parse(changed, file: "f.yaml")
        #expect(before.changes(in: after) == keys)
    }

    @Test func `an order alone is named by the key`() throws {
        let before = try GatewaySettings.parse(Self.text, file: "f.yaml")
        var after = before
        after.sources.reverse()
        #expect(before.changes(in: after) == ["sources"])
    }

    @Test func `a complaint about an argument names the argument`() throws {
        var places = try GatewaySettings.parse(
            "gateway: {name: g}\nareas: [{name: a, file: f, kind: mine}]\n", file: "f.yaml"
        )
        .places
        places.arguments["areas[1]"] = "--area river=r.geojson"
        func said(_ path: String) -> String { places.said(places.complaint(path, "is wrong")).description }
        #expect(said("areas[0].kind") == "f.yaml:2:34: areas[0].kind: is wrong")
        #expect(said("areas[1].file") == "--area river=r.geojson: is wrong")
        #expect(said("areas[10].file").hasPrefix("f.yaml:2:"))
    }
}
