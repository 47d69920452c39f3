import Inspection
import LocatedYAML
import Testing

@testable import Rules

/// What a scene type says of looks of later flights.
@Suite struct SceneTypeReflightTests {
    private static func read(_ keys: String) throws -> (type: SceneType?, complaints: [YAMLComplaint]) {
        let text = """
            version: 1
            scene_types:
              - {id: waste.heap, title: {zh: 垃圾堆, en: Heap}, severity: yellow, footing: flat, labels: []\(keys)}
            """
        let document = try YAMLDocument(text, file: "c")
        let complaints = document.makeComplaints()
        return (Catalogue.decode(document, into: complaints)["waste.heap"], complaints.all)
    }

    @Test(
        arguments: [
            ("", nil),
            (", reflight: {}", SceneType.Reflight()),
            (", reflight: {size_m: 0.5}", .init(size: 0.5)),
            (", reflight: {looks: 8, clears: true}", .init(looks: 8)),
            (", reflight: {size_m: 2, looks: 1, clears: false}", .init(size: 2, looks: 1, clears: false)),
        ] as [(String, SceneType.Reflight?)])
    func `reads what is written`(keys: String, reflight: SceneType.Reflight?) throws {
        let read = try Self.read(keys)
        #expect(read.complaints.isEmpty && read.type?.reflight == reflight)
    }

    @Test(arguments: [
        ("size_m: 0", "reflight.size_m"), ("size_m: 101", "reflight.size_m"), ("size_m: nan", "reflight.size_m"),
        ("looks: 0", "reflight.looks"), ("looks: 101", "reflight.looks"), ("looks: 2.5", "reflight.looks"),
        ("clears: maybe", "reflight.clears"), ("gsd_m: 0.05", "reflight.gsd_m"),
    ])
    func `complains of what cannot be meant`(keys: String, path: String) throws {
        let complaints = try Self.read(", reflight: {\(keys)}").complaints
        #expect(complaints.count == 1 && complaints.first?.path == "scene_types[0].\(path)", "\(complaints)")
    }

    @Test func `the shipped sizes are those of the things`() throws {
        let types = try ShippedPacksTests.catalogue()
        func size(_ id: String) -> Double? { types[id]?.reflight?.size }
        // Half a metre across the shoulders; the cover of a manhole; a car is 1.8 m wide.
        #expect(size("worker.no_helmet") == 0.5 && size("water.swimming") == 0.5)
        #expect(size("works.manhole") == 0.6 && size("waste.vehicle_abandoned") == 1.8)
        #expect(size("waste.exposed") == nil && size("waste.construction") == 2 && size("land.farmland_building") == 3)
        for type in types.sceneTypes {
            if let size = type.reflight?.size { #expect((0.2...10).contains(size), "\(type.id)") }
            if type.id.hasPrefix("worker.") { #expect(type.reflight?.size == 0.5, "\(type.id)") }
        }
    }

    /// Upright things that a camera above does not see, and what is missing only while there is work.
    @Test func `seeing nothing never clears what is not seen from above`() throws {
        let types = try ShippedPacksTests.catalogue().sceneTypes
        #expect(
            Set(types.filter { $0.reflight?.clears == false }.map(\.id)) == [
                "structure.facade_damaged", "street.advertising", "site.hoarding", "facility.dust_control_missing",
                "facility.warning_sign_missing", "site.crane_hazard",
            ])
    }
}
