import Delivery
import Inspection
import Testing

struct ReleasePolicyTests {
    private let webhook = Name("webhook")!

    @Test(arguments: [
        ("waste.exposed", Release.auto), ("waste.rubble", .never), ("waste.rubble.large", .review), ("waste", .review),
        ("wastewater", .review), ("worker.no_dust_mask", .review),
    ]) func `the longest pattern that fits decides`(sceneType: String, expected: Release) throws {
        let policy = try ReleasePolicy(
            options: .init(scenes: ["waste.*": .never, "waste.exposed": .auto, "waste.rubble.*": .review]))
        #expect(policy.release(of: sceneType, to: platform) == expected)
    }

    @Test func `a destination's own patterns come first, even its widest`() throws {
        let policy = try ReleasePolicy(
            options: .init(scenes: ["waste.exposed": .auto], destinations: [webhook: ["*": .never]], otherwise: .auto))
        #expect(policy.release(of: "waste.exposed", to: webhook) == .never)
        #expect(policy.release(of: "waste.exposed", to: platform) == .auto)
        #expect(
            policy.routes(of: "waste.exposed", to: [webhook, platform]) == [
                .init(destination: platform, release: .auto)
            ])
    }

    @Test func `a person looks first unless told otherwise`() throws {
        #expect(try ReleasePolicy().release(of: "anything", to: platform) == .review)
    }

    @Test(arguments: [
        ("waste.exposed", Release?.none, Release.review), ("waste.exposed", .auto, .auto),
        ("waste.exposed", .never, .never),
        ("smoke.visible", .never, .auto), ("smoke.visible", .auto, .auto), ("land.occupied", .auto, .never),
    ]) func `the jurisdiction decides only where the settings say nothing, and none of its words outweighs them`(
        sceneType: String, jurisdiction: Release?, expected: Release
    ) throws {
        let policy = try ReleasePolicy(
            options: .init(destinations: [platform: ["smoke.*": .auto, "land.occupied": .never]]))
        #expect(policy.release(of: sceneType, to: platform, jurisdiction: jurisdiction) == expected)
        let routes = policy.routes(of: sceneType, to: [platform], jurisdiction: jurisdiction)
        #expect(routes == (expected == .never ? [] : [.init(destination: platform, release: expected)]))
    }

    @Test func `a destination's default is its own word, which the jurisdiction does not change`() throws {
        let policy = try ReleasePolicy(options: .init(destinations: [webhook: ["*": .never]]))
        #expect(policy.release(of: "waste.exposed", to: webhook, jurisdiction: .auto) == .never)
        #expect(policy.release(of: "waste.exposed", to: platform, jurisdiction: .auto) == .auto)
    }

    @Test(arguments: ["", ".*", "wa*te", "waste*", "*.waste", "Waste", "a b"])
    func `refuses what is no pattern`(pattern: String) {
        #expect(throws: DeliveryError.self) { try ReleasePolicy(options: .init(scenes: [pattern: .auto])) }
    }

    @Test(
        arguments: [
            ("waste.exposed", "mine-north", Release.review), ("waste.exposed", "town", .auto),
            ("waste.exposed", "school", .never), ("fire.smoke", "mine-north", .review), ("fire.smoke", "town", .auto),
            ("fire.smoke", nil, .auto), ("target.person", "mine-north", .never), ("dust.cloud", "mine-north", .review),
            ("dust.cloud", "mine-7", .auto), ("dust.cloud", nil, .review), ("dust.cloud", "", .review),
        ] as [(String, String?, Release)])
    func `an area's word counts, and beside a scene type's own the more careful`(
        scene: String, area: String?, expected: Release
    ) throws {
        let policy = try ReleasePolicy(
            options: .init(
                destinations: [
                    platform: ["waste.*": .auto, "fire.smoke": .auto, "target.person": .never, "*": .review]
                ], areas: [platform: ["mine-*": .review, "mine-7": .auto, "school": .never]]))
        #expect(policy.release(of: scene, in: area, to: platform, jurisdiction: .never) == expected)
        #expect(policy.release(of: "dust.cloud", in: "mine-7", to: Name("other")!) == .review)
    }

    @Test(arguments: ["", "*x", "a**", String(repeating: "a", count: 200)])
    func `what can be no area's pattern is refused`(pattern: String) {
        #expect(throws: DeliveryError.self) {
            try ReleasePolicy(options: .init(areas: [platform: [pattern: .auto]]))
        }
    }
}
