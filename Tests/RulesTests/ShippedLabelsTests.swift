import Foundation
import Inspection
import Testing

@testable import Rules

/// Which label means what, over the catalogue and every shipped pack.
@Suite struct ShippedLabelsTests {
    private static func all() throws -> RuleSet {
        try RuleSet.load(
            catalogue: ShippedPacksTests.models.appending(path: "catalogue.yaml").path,
            packs: ShippedPacksTests.packs() + ShippedPacksTests.registerPacks())
    }

    @Test func `every label of the catalogue is looked at by a rule of its own scene type`() throws {
        let rules = try ShippedPacksTests.load()
        for type in rules.catalogue.sceneTypes {
            let seen = rules.rules.filter { $0.sceneType.id == type.id }.compactMap(\.labels).reduce(into: Set()) {
                $0.formUnion($1)
            }
            #expect(Set(type.labels).subtracting(seen).isEmpty, "\(type.id): \(Set(type.labels).subtracting(seen))")
        }
    }

    /// `Cases/shared-labels.txt` has a line for each set of scene types that share labels; `FLYONCE_WRITE_CASES=1` writes it,
    /// to be read before it is kept.
    @Test func `labels that mean more than one scene type are those that are listed`() throws {
        let rules = try Self.all()
        var meanings: [String: Set<String>] = [:]
        for rule in rules.rules {
            for label in rule.labels ?? [] { meanings[label, default: []].insert(rule.sceneType.id) }
        }
        for type in rules.catalogue.sceneTypes {
            for label in type.labels { meanings[label, default: []].insert(type.id) }
        }
        let shared = Dictionary(grouping: meanings.filter { $0.value.count > 1 }.keys) { label in
            (meanings[label] ?? []).sorted().joined(separator: " ")
        }
        let text = shared.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.sorted().joined(separator: " "))\n" }
            .joined()
        let file = PackCaseTests.folder.appending(path: "shared-labels.txt")
        if ProcessInfo.processInfo.environment["FLYONCE_WRITE_CASES"] == "1" {
            try text.write(to: file, atomically: false, encoding: .utf8)
        }
        #expect(text == (try String(contentsOf: file, encoding: .utf8)))
    }

    @Test func `a person, a vehicle or an animal as such is no scene type`() throws {
        let catalogue = try ShippedPacksTests.catalogue()
        let claimed = Set(catalogue.sceneTypes.flatMap(\.labels))
        // What detectors of COCO, VisDrone, Open Images, SH17, Hard Hat Workers and MOCS give to lawful things.
        let innocent = [
            "person", "people", "pedestrian", "worker", "head", "face", "helmet", "hat", "mask", "with_mask", "vest",
            "safety_vest", "earmuffs", "gloves", "car", "van", "truck", "bus", "motor", "bicycle", "tricycle",
            "awning_tricycle", "train", "boat", "ship", "bird", "dog", "cow", "sheep", "horse", "kite", "umbrella",
            "building", "house", "roof", "tree", "river", "road", "excavator", "crane", "tower_crane", "loader",
            "bulldozer", "roller", "concrete_mixer", "pile_driver", "bottle", "cigarette", "straw", "bench", "fence",
            "billboard", "bridge", "manhole", "manhole_cover", "pole", "power_line", "fish_cage", "sand_pile",
        ]
        for label in innocent { #expect(!claimed.contains(label), "\(label)") }
    }

    @Test func `what is worn, laid over or put around something means no scene type, and no rule looks at it`() throws {
        let rules = try Self.all()
        let claimed = Set(rules.catalogue.sceneTypes.flatMap(\.labels))
        let looked = rules.rules.reduce(into: Set<String>()) { $0.formUnion($1.labels ?? []) }
        for rule in rules.rules {
            guard let absence = rule.relations.absence else { continue }
            #expect(absence.labels.isDisjoint(with: claimed), "\(rule.id): \(absence.labels.intersection(claimed))")
            #expect(absence.labels.isDisjoint(with: looked), "\(rule.id): \(absence.labels.intersection(looked))")
        }
    }

    @Test(arguments: [
        ("worker.no_dust_mask", ["NO-Mask", "without_mask", "mask_weared_incorrect", "未戴口罩", "weidaikouzhao"]),
        ("worker.no_helmet", ["NO-Hardhat", "no_helmet", "head_no_helmet", "未佩戴安全帽"]),
        ("worker.no_vest", ["NO-Safety Vest"]), ("burning.open", ["fire", "Flames", "huoyan"]),
        ("smoke.visible", ["smoke", "yanwu"]), ("forest.smoke", ["wildfire smoke"]),
        ("road.damaged", ["D00", "D10", "D20", "D40", "Alligator Crack"]),
        ("waste.exposed", ["rubbish", "Plastic bag & wrapper", "Unlabeled litter", "baolulaji"]),
        ("waste.construction", ["construction waste", "zhatu"]), ("structure.illegal", ["违建", "weijian"]),
        ("emergency.collapse", ["Damaged Building"]), ("water.swimming", ["swimmer", "youyong"]),
        ("green.disease", ["dead_pine_tree", "pwd"]), ("street.crowd", ["renqunjuji"]),
    ])
    func `labels as detectors write them come to their scene type`(type: String, labels: [String]) throws {
        let found = try #require(try ShippedPacksTests.catalogue()[type])
        for label in labels { #expect(found.labels.contains(Label.normalized(label)), "\(label)") }
    }
}
