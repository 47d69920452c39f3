import Foundation
import Inspection
import Testing

@testable import Rules

/// What is shipped under Models/.
@Suite struct ShippedPacksTests {
    static let models = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Models")

    static func packs() throws -> [String] {
        let folder = models.appending(path: "packs").path
        return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }.sorted()
            .map { folder + "/" + $0 }
    }

    /// Those that a gateway without registers cannot have: only what the settings name is read of them.
    static func registerPacks() throws -> [String] {
        let folder = models.appending(path: "packs/registers").path
        return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }.sorted()
            .map { folder + "/" + $0 }
    }

    /// Without the packs.
    static func catalogue() throws -> Catalogue {
        try RuleSet.load(catalogue: models.appending(path: "catalogue.yaml").path, packs: []).catalogue
    }

    static func load() throws -> RuleSet {
        do {
            return try RuleSet.load(catalogue: models.appending(path: "catalogue.yaml").path, packs: try packs())
        } catch let error as RulesError {
            Issue.record("\(error.description)")
            throw error
        }
    }

    @Test func `the catalogue has the four main classes and at least 73 scene types`() throws {
        let catalogue = try Self.load().catalogue
        #expect(catalogue.sceneTypes.count >= 73)
        for id in ["waste.exposed", "waste.construction", "structure.illegal", "worker.no_dust_mask", "smoke.visible"] {
            #expect(catalogue[id] != nil, "\(id)")
        }
        for type in catalogue.sceneTypes {
            #expect(!type.title.zh.isEmpty && !type.title.en.isEmpty, "\(type.id)")
            #expect(type.id == "target.unclassified" || !type.labels.isEmpty, "\(type.id)")
        }
    }

    @Test func `every scene type of the catalogue has a shipped rule`() throws {
        let rules = try Self.load()
        let detected = Set(rules.summaries.map(\.sceneType))
        for type in rules.catalogue.sceneTypes { #expect(detected.contains(type.id), "\(type.id)") }
    }

    @Test func `no shipped rule has frames decoded or asks for a register that a gateway may not have`() throws {
        let rules = try Self.load()
        #expect(!rules.asksForPictures())
        #expect(rules.registers.isEmpty)
    }

    @Test func `every test inside a shipped pack passes`() throws {
        let results = try Self.load().runTests()
        #expect(results.count >= 20)
        for result in results { #expect(result.passed, "\(result)") }
    }

    @Test func `every shipped rule has a test that it fires and one that it does not`() throws {
        for rule in try Self.load().rules {
            #expect(rule.tests.contains { !$0.expect.isEmpty }, "\(rule.id)")
            #expect(rule.tests.contains { $0.expect.isEmpty }, "\(rule.id)")
        }
    }
}
