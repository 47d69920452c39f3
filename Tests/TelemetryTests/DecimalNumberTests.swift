import Inspection
import Testing

@testable import Telemetry

@Suite struct `Numbers written as text` {
    @Test(arguments: [("12.5", 12.5), ("-0.5", -0.5), ("+1e3", 1000), ("7", 7), ("2E-2", 0.02)])
    func `are decimal`(_ text: String, _ number: Double) {
        #expect(Double(decimal: text) == number)
        #expect(ONVIFNumber.read(" \(text)\n") == number)
        #expect(StillMetadata.number(text + " m") == number)
    }

    @Test(arguments: [
        "", "0x10", "nan", "NaN", "inf", "-infinity", "1e999", "1 m", "1,5", "e5", "-", "١",
        String(repeating: "1", count: 65),
    ])
    func `are nothing else`(_ text: String) throws {
        #expect(Double(decimal: text) == nil)
        var json = AnalysisJSON(Array("\"\(text)\"".utf8)[...])
        #expect(try json.numberIfAny() == nil)
        #expect(NvMsgConvLine.read("1|0|\(text)|5|5|car") == nil)
        let object = try #require(NvMsgConvLine.read("1|0|0|5|5|car|#|\(text)"))
        #expect(object.confidence == nil)
    }
}
