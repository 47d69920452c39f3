import Inspection
import Testing

@testable import Rules

/// Titles go into reports that name a place and perhaps a person's land.
@Suite struct CatalogueTitleTests {
    private static let offences = ["违法", "非法", "违规", "违建", "乱建", "无证", "擅自", "偷倒", "非正规", "逾期"]

    @Test func `no title asserts an offence that a picture cannot show`() throws {
        for type in try ShippedPacksTests.load().catalogue.sceneTypes {
            let (zh, en) = (type.title.zh, type.title.en)
            if Self.offences.contains(where: { zh.contains($0) }) { #expect(zh.hasPrefix("疑似"), "\(type.id): \(zh)") }
            let isSuspicion = ["uspected", "to be checked"].contains { en.contains($0) }
            #expect(zh.contains("疑似") == isSuspicion || type.id == "green.disease", "\(type.id): \(zh), \(en)")
        }
    }
}
