import Inspection
import Testing

@testable import Telemetry

@Suite struct DJINumberTests {
    @Test(
        arguments: [
            ("31.5", 31.5, ""), ("-31.5", -31.5, ""), ("+3", 3, ""), (".5", 0.5, ""), ("5.", 5, ""),
            ("3.15E+01", 31.5, ""), ("3.15e1", 31.5, ""), ("-2e-3m", -0.002, "m"), ("1e30", 1e30, ""),
            ("20.70m", 20.7, "m"), ("3.50m/s", 3.5, "m/s"), ("-57.98M", -57.98, "m"), ("2.7D", 2.7, "d"),
            ("280", 280, ""),
        ] as [(String, Double, String)])
    func `a number is read whole, with its unit`(text: String, value: Double, unit: String) {
        let number = DJINumber(text)
        #expect(number?.value == value && number?.unit == unit)
        #expect(!DJINumber.isBad(text))
    }

    @Test(arguments: [
        "31,5", "0x10", "nan", "-inf", "1.2.3", "3e", "3e+", "12-5", "1e999", "7m2", String(repeating: "1", count: 70),
    ])
    func `what goes on after its number is none, and was meant for one`(text: String) {
        #expect(DJINumber(text) == nil)
        #expect(DJINumber.isBad(text))
    }

    @Test(arguments: ["n/a", "", "-", "none", "--", "m"])
    func `a word is no number, and was not meant for one`(text: String) {
        #expect(DJINumber(text) == nil)
        #expect(!DJINumber.isBad(text))
    }

    private static func read(_ text: String) -> (sample: TelemetrySample?, names: [String]) {
        var decoder = DJISubtitleDecoder()
        var names: [String] = []
        let subtitle = decoder.decode(Array(text.utf8)) { names.append($0) }
        return (subtitle?.sample, names)
    }

    @Test(
        arguments: [
            ("[latitude: 31,5] [longitude: 121.5]", ["bad_numbers", "poses_without_fix"]),
            ("[latitude: 31.5] [longitude: 0x79]", ["bad_numbers", "poses_without_fix"]),
            ("[latitude: 3.15E+01] [longitude: 1.215e2]", []),
            ("[latitude: 31.5] [longitude: 121.5] [rel_alt: 1e30]", ["implausible_heights"]),
            ("[latitude: 31.5] [longitude: 121.5] [rel_alt: 10,5 abs_alt: 0x10]", ["bad_numbers", "bad_numbers"]),
            ("GPS(121,5, 31,2, 19) BAROMETER:1.5", ["bad_numbers", "poses_without_fix"]),
            ("GPS(121.5,31.2,19) BAROMETER:1.5", []),
            ("GPS(121.5, nan, 19) BAROMETER:1.5", ["bad_numbers", "poses_without_fix"]),
            ("[latitude: 31.5,longitude: 121.5,rel_alt: 2.5]", []),
        ] as [(String, [String])])
    func `a bad number is counted and gives nothing`(text: String, names: [String]) {
        let found = Self.read(text)
        #expect(found.names == names)
        #expect(found.sample?.hasFix == !names.contains("poses_without_fix"))
        if found.sample?.hasFix == true {
            #expect(found.sample?.latitude == (text.contains("GPS") ? 31.2 : 31.5))
            #expect(found.sample?.longitude == 121.5)
        }
        if names.contains("bad_numbers") { #expect(found.sample?.heightMSL == nil) }
    }

    @Test func `subtitles that go back in time are shown and counted`() {
        let file = (0..<3).map { index in
            "\(index + 1)\n00:00:0\(3 - index),000 --> 00:00:0\(4 - index),000\n[latitude: 31.5] [longitude: 121.5]\n\n"
        }.joined()
        var inspector = DJISubtitleInspector()
        var lines = 0
        inspector.read(Array(file.utf8)) { _ in lines += 1 }
        inspector.finish { _ in lines += 1 }
        #expect(lines == 3)
        #expect(inspector.counters["subtitles_out_of_order"] == 2)
    }
}
