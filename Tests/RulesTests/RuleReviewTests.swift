import Expressions
import Foundation
import LocatedYAML
import Testing

@testable import Rules

@Suite struct RuleReviewTests {
    static let catalogue = """
        version: 1
        scene_types: [{id: a.b, title: {zh: 甲, en: A}, severity: blue, footing: flat, labels: [garbage, no_mask, car]}]
        """

    private static func set(_ rule: String) throws -> RuleSet {
        let pack = "pack: p\nversion: 1\ntitle: {zh: 甲, en: P}\nrules:\n  - id: r\n    scene_type: a.b\n" + rule + "\n"
        return try RuleSet.parse(catalogue: (catalogue, "c"), packs: [(pack, "p.yaml")])
    }

    private static func complaint(_ rule: String) -> String {
        do {
            return "no mistake: \(try set(rule).count)"
        } catch {
            return (error as? RulesError)?.description ?? "\(error)"
        }
    }

    @Test(arguments: [
        (
            "object.confidence >= 50",
            "p.yaml:7:34: rules[0].when[0]: object.confidence >= 50 can never hold: object.confidence is from 0 to 1 (write 0.5 for 50 %)"
        ),
        ("object.confidence >= 1.5", "can never hold: object.confidence is from 0 to 1"),
        ("object.confidence > 1", "can never hold"), ("1.0 < object.confidence", "can never hold"),
        ("object.confidence < 0", "can never hold"), ("object.confidence == 2.0", "can never hold"),
        ("object.confidence > -0.5", "always holds"), ("object.confidence <= 1.01", "always holds"),
        ("object.confidence != 7.0", "always holds"), ("object.area_share >= 20.0", "(write 0.2 for 20 %)"),
        ("frame.hour_utc >= 24", "frame.hour_utc is from 0 to 23"), ("frame.hour_utc < 25", "always holds"),
        ("frame.hour_utc == 24", "can never hold"),
        ("object.confidence in [0.5, 50.0]", "object.confidence in [50.0] can never hold"),
        ("ground.lat > 118.5", "ground.lat is from -90 to 90"),
        ("history.max_confidence > 80.0", "history.max_confidence is from 0 to 1"),
        ("objects.exists(o, o.confidence > 80.0)", "o.confidence is from 0 to 1"),
        ("objects.exists(o, object.iou(o) > 30.0)", "object.iou(o) is from 0 to 1"),
        ("picture.contrast > 0.6", "picture.contrast is from 0 to 0.5"),
        (
            "object.label == \\\"no mask\\\"",
            "object.label is never \"no mask\": labels are lower case with _ for blanks and hyphens (write \"no_mask\")"
        ),
        ("object.label in ['no_mask', 'No-Mask']", "never \"No-Mask\""),
        ("objects.exists(o, o.label != 'No Mask')", "write \"no_mask\""),
    ])
    func `what can never hold, or always does, is warned of`(condition: String, said: String) throws {
        let warnings = try Self.set("    when: [\"\(condition)\"]").warnings
        #expect(warnings.count == 1, "\(warnings)")
        #expect(warnings.first?.description.contains(said) == true, "\(warnings)")
    }

    @Test(arguments: [
        "object.confidence >= 0", "object.confidence <= 1.0", "object.confidence == 1.0", "object.confidence < 1.0",
        "object.area_px > 5000.0", "object.label == 'no_mask'", "object.kind == 'Mark'", "object.aspect > 20.0",
        "frame.hour_utc >= 18 && frame.hour_utc < 24", "frame.hour_utc <= 24", "24 > frame.hour_utc",
    ])
    func `what can hold is not`(condition: String) throws {
        #expect(try Self.set("    when: [\"\(condition)\"]").warnings.isEmpty)
    }

    @Test func `a parameter out of the range is told where it stands, of an override too`() throws {
        let warnings = try Self.set(
            """
                parameters: {min_confidence: 60}
                when: [object.confidence >= param.min_confidence]
                overrides:
                  - {sources: [dock-a], parameters: {min_confidence: 70}}
                  - {sources: [dock-b], enabled: false}
                  - {sources: [dock-c], parameters: {min_confidence: 0.7}}
            """
        ).warnings.map(\.description)
        #expect(warnings.count == 2, "\(warnings)")
        #expect(
            warnings.first
                == "p.yaml:7:34: rules[0].parameters.min_confidence: object.confidence >= param.min_confidence can never hold with 60: object.confidence is from 0 to 1 (write 0.6 for 60 %)"
        )
        #expect(warnings.last?.hasPrefix("p.yaml:10:") == true && warnings.last?.contains("with 70") == true)
    }

    @Test func `an hour of 24 by a parameter ends the day`() throws {
        let warnings = try Self.set(
            "    parameters: {until_hour: 24}\n    when: [frame.hour_utc < param.until_hour]"
        ).warnings
        #expect(warnings.isEmpty, "\(warnings)")
    }

    @Test(arguments: [
        ("garbge", "garbage"), ("Grabage", "garbage"), ("gar_bage", "garbage"), ("nomask", "no_mask"),
        ("garbage", nil), ("No Mask", nil), ("Garbages", nil), ("no-msk", nil), ("on_mask", nil), ("carbage", nil),
        ("garbagge1", nil), ("garbqe", nil), ("helmet", nil), ("cat", nil), ("*", nil),
    ])
    func `a label that is nearly one of the catalogue is warned of`(label: String, near: String?) throws {
        let warnings = try Self.set("    labels: [\"\(label)\"]").warnings
        #expect(warnings.count == (near == nil ? 0 : 1), "\(warnings)")
        guard let near else { return }
        #expect(warnings.first?.path == "rules[0].labels[0]" && warnings.first?.hint == "did you mean \(near)?")
    }

    @Test(arguments: [
        ("garbge", "garbage"), ("Constuction waste", "construction_waste"), ("uncoverd-truck", "uncovered_truck"),
        ("landslde", "landslide"), ("riverbankgarbage", "riverbank_garbage"), ("ilegal_building", "illegal_building"),
    ])
    func `a slip in a shipped label is found`(label: String, near: String?) throws {
        var spelling = LabelSpelling(try ShippedPacksTests.catalogue())
        #expect(spelling.near(Label.normalized(label)) == near)
    }

    /// What models call things that are in order, and things that only sound like others.
    @Test func `no ordinary label is taken for a shipped one`() throws {
        var spelling = LabelSpelling(try ShippedPacksTests.catalogue())
        let labels = """
            covered_truck sealed_truck covered_soil covered_manhole mask_correct mask_on mask_of helmet_on helmet with_helmet
            hard_hat hardhat vest reflective_vest life_jacket with_mask masked face_mask tire tyre wire wall stalls fall falls
            fires smokes smoked dredge crowds flames potholes landslides swimmers dead_fishes trash_bags street_stalls garbage_piles
            person people pedestrian worker car truck bus van boat ship excavator crane bulldozer roller bicycle motorcycle
            tricycle dog cat bird cow sheep tree grass road roof house building bridge river lake pond farmland greenhouse
            broken_tire waste_pipe waste_bin trash_can garbage_can garbage_truck dump_truck open_wire road_track slope_track
            hanging_table leaning_pile illegal_line authorized_building permitted_construction protected_edge guarded_pit
            person_on_helmet person_on_vest person_walking person_standing clean_road dry_road manhole_cover manhole_closed
            guardrail fence_ok warning_sign life_vest_on spray_on water clear_water planted_farmland green_space safe_area
            safety_helmet safety_vest safety_belt flying_bird parked_car legal_parking street_lamp roadside_tree solar_panel
            已戴安全帽 佩戴安全帽 戴口罩 已戴口罩 墙面裂缝 已覆盖 已苫盖 有井盖 穿救生衣 车辆 行人 人 挖掘机 渣土车
            yidaianquanmao yidaikouzhao daikouzhao renyuan cheliang
            """.split(whereSeparator: \.isWhitespace).map { Label.normalized(String($0)) }
        for label in labels { #expect(spelling.near(label) == nil, "\(label)") }
    }

    @Test func `no shipped pack has a label, a condition or a test that is warned of`() throws {
        let rules = try RuleSet.load(
            catalogue: ShippedPacksTests.models.appending(path: "catalogue.yaml").path,
            packs: ShippedPacksTests.packs() + ShippedPacksTests.registerPacks())
        #expect(rules.warnings.isEmpty, "\(rules.warnings)")
    }

    @Test func `of a model whose labels are all its own not every one is looked for`() throws {
        let labels = (0..<600).map { "wxyzab" + Self.letters($0) } + ["garbge"]
        #expect(try Self.set("    labels: [\(labels.joined(separator: ", "))]").warnings.isEmpty)
        #expect(try Self.set("    labels: [\(labels.suffix(400).joined(separator: ", "))]").warnings.count == 1)
    }

    @Test func `labels of the other object are looked at too`() throws {
        let warnings = try Self.set(
            "    match: pair\n    other_labels: [garbge]\n    when: [object.overlap(other) > 0.5]"
        ).warnings
        #expect(warnings.map(\.path) == ["rules[0].other_labels[0]"])
    }

    @Test(arguments: [
        ("    when:", 1), ("    when: []", 1), ("    version: \"1\"", 0),
        ("    when: []\n    unless: [object.touches_edge]", 0),
    ])
    func `a list of conditions that is left empty is warned of`(rule: String, count: Int) throws {
        let warnings = try Self.set(rule).warnings
        #expect(warnings.count == count, "\(warnings)")
        guard count > 0 else { return }
        #expect(warnings.first?.path == "rules[0].when" && warnings.first?.line == 7)
        #expect(warnings.first?.message.contains("every object of its labels") == true)
    }

    @Test(arguments: [
        ("    match: frame\n    when: [object.confidence > 0.5]", "a rule about the frame has no object"),
        ("    when: [other.confidence > 0.5]", "there is another object in rules with match: pair alone"),
        ("    when: [distance_m(object) > 5.0]", "it is written Area.distance_m(string) or Object.distance_m(Object)"),
        ("    when: [object.label == garbage]", "put text in quotes: 'garbage'"),
        ("    when: [a ? b: c]", "p.yaml:7:12: rules[0].when[0]: must be text, not a mapping (put it in quotes"),
        ("    when:\n      - !register('x').covers(ground.position, now)", "put text that begins with ! in quotes"),
        ("    when:\n      - !object.touches_edge", "put it in quotes where it begins with !"),
        ("    when:\n      - !object.touches_edge && true", "put text with & in quotes"),
        ("    confidence: 60", "must be from 0 to 1, not 60"),
    ])
    func `a mistake says what to do`(rule: String, said: String) {
        #expect(Self.complaint(rule).contains(said), "\(Self.complaint(rule))")
    }

    @Test func `every field that its page calls a share has its range, and every range its field`() {
        let tables = [
            Vocabulary.object.type, Vocabulary.history.type, Vocabulary.picture.type, Vocabulary.frame.type,
            Vocabulary.ground.type, Vocabulary.position.type, Vocabulary.telemetry.type,
        ]
        let functions = Vocabulary.relationFunctions.map { "\($0.name)()" }
        let names = Set(tables.flatMap { table in table.fields.map { "\(table.name).\($0.name)" } } + functions)
        #expect(names.isSuperset(of: Vocabulary.ranges.keys))
        for table in tables {
            for field in table.fields where (" " + field.doc).contains(" 0…1") {
                #expect(Vocabulary.ranges["\(table.name).\(field.name)"] == 0...1, "\(field.name)")
            }
        }
    }

    private static func letters(_ number: Int) -> String {
        String(decoding: [number / 100, number / 10 % 10, number % 10].map { UInt8(97 + $0) }, as: UTF8.self)
    }

    @Test func `two tests of one name are warned of with both lines, and the pack is taken`() throws {
        let set = try Self.set(
            """
                tests:
                  - {name: a, frames: [{}], expect: []}
                  - {name: b, frames: [{}], expect: []}
                  - {name: a, frames: [{}], expect: []}
            """)
        #expect(set.count == 1 && set.warnings.count == 1)
        let warning = try #require(set.warnings.first)
        #expect(warning.line == 10 && warning.path == "rules[0].tests[2]", "\(warning)")
        #expect(warning.message == "the rule has a test \"a\" on line 8 already")
    }
}
