import Testing

@testable import Expressions

@Suite struct SpellingTests {
    static let fields = [
        "left_px", "right_px", "width_px", "height_px", "width_share", "height_share", "aspect", "touches_edge", "kind",
    ]

    @Test(arguments: [
        // The unit that was left out.
        ("width", "did you mean 'width_px' or 'width_share'?"), ("touches", "did you mean 'touches_edge'?"),
        // A swap is one edit, and so nearer than two replacements.
        ("widht_px", "did you mean 'width_px'?"), ("hieght_px", "did you mean 'height_px'?"),
        ("rihgt_px", "did you mean 'right_px'?"), ("knid", "did you mean 'kind'?"), ("colour", nil), ("", nil),
    ])
    func `what was meant is suggested`(name: String, hint: String?) {
        #expect(Spelling.hint(for: name, among: Self.fields) == hint)
        #expect(Spelling.hint(for: name, among: Self.fields.reversed())?.count == hint?.count)
    }

    @Test func `of names equally near the one that begins alike is suggested`() {
        #expect(Spelling.nearest(to: "side_b", among: ["tide_b", "side_c"]) == "side_c")
        #expect(Spelling.nearest(to: "side_b", among: ["side_c", "tide_b"]) == "side_c")
    }
}
