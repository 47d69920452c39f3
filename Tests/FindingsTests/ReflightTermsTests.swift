import Inspection
import Testing

@testable import Findings

@Suite struct ReflightTermsTests {
    private static let day = 86_400.0

    private func terms(
        _ footing: Footing = .flat, remembered: Double? = nil, _ reflight: SceneType.Reflight? = nil
    ) -> ReflightTerms {
        var type = DetectionBuilder.scene("waste.exposed", footing)
        type.remembered = remembered
        type.reflight = reflight
        var common = ReflightTerms()
        common.size = 1.5
        common.looks = 5
        common.pixels = 20
        common.clearsAfter = 900
        return ReflightTerms(type, common: common)
    }

    @Test func `a scene type's own size and looks go before those of all`() {
        let own = terms(.flat, .init(size: 0.5, looks: 8))
        #expect(own.size == 0.5 && own.looks == 8 && own.pixels == 20 && own.clearsAfter == 900)
        let part = terms(.flat, .init(looks: 2))
        #expect(part.size == 1.5 && part.looks == 2)
        let none = terms()
        #expect(none.size == 1.5 && none.looks == 5 && none.clearsAfter == 900)
    }

    @Test(
        arguments: [
            (.flat, nil, true, true), (.flat, nil, false, false), (.flat, 3600, true, false),
            (.flat, 86_400, true, true),
            (.flat, 86_399, true, false), (.standing, nil, true, false), (.standing, 7 * day, true, true),
            (.standing, 7 * day, false, false), (.flat, .nan, true, false),
        ] as [(Footing, Double?, Bool, Bool)])
    func `absence says something of what stays, unless its type denies it`(
        footing: Footing, remembered: Double?, clears: Bool, isSaid: Bool
    ) {
        #expect((terms(footing, remembered: remembered, .init(clears: clears)).clearsAfter != nil) == isSaid)
    }
}
