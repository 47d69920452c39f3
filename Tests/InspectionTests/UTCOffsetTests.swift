import Inspection
import Testing

struct UTCOffsetTests {
    @Test(arguments: [("Z", 0), ("+08:00", 28_800), ("-03:30", -12_600), ("+14:00", 50_400), ("-00:00", 0)])
    func `reads an offset`(text: String, seconds: Int) { #expect(UTCOffset.seconds(text) == seconds) }

    @Test(arguments: [
        "", "08:00", "+8:00", "+0800", "+14:01", "+08:60", "+08:0x", "+08:00 ", "z", "Asia/Shanghai", "＋08:00",
    ])
    func `reads nothing else`(text: String) { #expect(UTCOffset.seconds(text) == nil) }
}
