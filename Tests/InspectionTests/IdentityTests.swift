import Inspection
import Testing

@Suite struct IdentityTests {
    @Test func `a UUIDv7 keeps its time and survives its text`() throws {
        let id = UUIDv7(milliseconds: 0x0190_1234_5678, randomness: (.max, .max))
        #expect(id.description == "01901234-5678-7fff-bfff-ffffffffffff")
        #expect(UUIDv7(id.description) == id)
        #expect(UUIDv7(id.description.uppercased()) == id)
        #expect(id.milliseconds == 0x0190_1234_5678)
    }

    @Test func `ids sort by time`() {
        let early = UUIDv7(milliseconds: 1, randomness: (.max, .max))
        let late = UUIDv7(milliseconds: 2, randomness: (0, 0))
        #expect(early < late)
        #expect(early.description < late.description)
    }

    @Test(arguments: [
        "", "01901234-5678-4fff-bfff-ffffffffffff", "01901234-5678-7fff-7fff-ffffffffffff",
        "01901234-5678-7fff-bfff-fffffffffff", "0190123405678-7fff-bfff-ffffffffffff",
        "g1901234-5678-7fff-bfff-ffffffffffff",
    ])
    func `refuses what is not a UUIDv7`(text: String) {
        #expect(UUIDv7(text) == nil)
    }

    @Test(arguments: ["a", "uav-1", String(repeating: "x", count: 63)])
    func `accepts a name`(text: String) { #expect(Name(text)?.text == text) }

    @Test(arguments: ["", "A", "a_b", "../etc", "a.b", "名", String(repeating: "x", count: 64)])
    func `refuses what may not stand in a path`(text: String) { #expect(Name(text) == nil) }
}
