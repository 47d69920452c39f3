import LocatedYAML
import Testing

@testable import Rules

@Suite struct SceneTypeHintTests {
    static let catalogue = """
        version: 1
        scene_types:
          - {id: waste.heap, title: {zh: 垃圾堆, en: Heap of rubbish}, severity: yellow, footing: flat, labels: [garbage]}
          - {id: water.floating, title: {zh: 漂浮物, en: Floating rubbish}, severity: yellow, footing: flat, labels: [floating-garbage]}
          - {id: smoke.seen, title: {zh: 烟, en: Smoke}, severity: orange, footing: standing, labels: [smoke]}
        """

    @Test(arguments: [
        // A label, a title in either language, a label misspelt; spelling goes before labels that are only near.
        ("water.floating_garbage", "did you mean water.floating?"), ("garbage", "did you mean waste.heap?"),
        ("water.漂浮物", "did you mean water.floating?"), ("waste.heap_of_rubbish", "did you mean waste.heap?"),
        ("water.floating_garbgae", "did you mean water.floating?"), ("smoke.sene", "did you mean smoke.seen?"),
        ("water.flaoting", "did you mean water.floating?"),
        ("noise.loud", "one of: smoke.seen, waste.heap, water.floating"),
    ])
    func `a scene type is suggested by what it is called`(name: String, hint: String) throws {
        let document = try YAMLDocument(Self.catalogue, file: "c")
        let complaints = document.makeComplaints()
        let catalogue = Catalogue.decode(document, into: complaints)
        #expect(complaints.isEmpty)
        #expect(catalogue.hint(for: name) == hint)
    }
}
