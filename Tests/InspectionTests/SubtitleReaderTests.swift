import Inspection
import Testing

struct SubtitleReaderTests {
    private func read(_ bytes: [UInt8], chunk: Int = 1 << 20) -> (subtitles: [Subtitle], counters: [String: Int64]) {
        var reader = SubtitleReader()
        var found: [Subtitle] = []
        var index = 0
        while index < bytes.count {
            reader.read(Array(bytes[index..<min(index + chunk, bytes.count)])) { found.append($0) }
            index += chunk
        }
        reader.finish { found.append($0) }
        return (found, reader.counters)
    }

    private func read(_ text: String, chunk: Int = 1 << 20) -> [Subtitle] {
        read(Array(text.utf8), chunk: chunk).subtitles
    }

    private func text(_ subtitle: Subtitle?) -> String { String(decoding: subtitle?.text ?? [], as: UTF8.self) }

    private let plain = "1\n00:00:01,000 --> 00:00:02,500\na\nb\n\n2\n00:00:02,500 --> 00:00:03,000\nc\n"

    @Test(arguments: ["\n", "\r\n", "\r"], [1, 3, 1000])
    func `reads a file whatever ends its lines and however it is cut into pieces`(ending: String, chunk: Int) {
        let found = read(plain.replacing("\n", with: ending), chunk: chunk)
        #expect(found.map(\.start) == [.seconds(1), .seconds(2.5)])
        #expect(found.map(\.end) == [.seconds(2.5), .seconds(3)])
        #expect(found.map(\.number) == [1, 2])
        #expect(found.map(text) == ["a\nb", "c"])
    }

    @Test func `passes over marks of byte order and reads UTF-16`() {
        let units = Array(plain.utf16)
        let little = units.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        let big = units.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
        for bytes in [
            [0xEF, 0xBB, 0xBF] + Array(plain.utf8), [0xFF, 0xFE] + little, [0xFE, 0xFF] + big, little, big,
        ] {
            for chunk in [1, 5, 1000] {
                let found = read(bytes, chunk: chunk).subtitles
                #expect(found.map(text) == ["a\nb", "c"])
                #expect(found.map(\.number) == [1, 2])
            }
            #expect(SubtitleReader.recognises(bytes))
        }
    }

    @Test(
        arguments: [
            ("00:00:01,000 --> 00:00:02,000", 1.0, 2.0), ("00:00:01.000 --> 00:00:02.000", 1, 2),
            ("01:02:03,004-->01:02:03,040", 3723.004, 3723.04), ("00:01.5 --> 00:02", 1.5, 2),
            ("  00:00:01,25   -->  00:00:02,000  X1:40 X2:600", 1.25, 2),
            ("100:00:00,000 --> 100:00:01,000", 360_000, 360_001),
            ("00:00:01,123456789 --> 00:00:02,0", 1.123456789, 2), ("00:00:01,000 --> ", 1, nil),
            ("00:00:01,000 --> n/a", 1, nil), ("00:00:05,000 --> 00:00:02,000", 5, nil),
            ("--> 00:00:02,000", nil, 2), ("00:99:01,000 --> 00:00:02,000", nil, 2), ("99999:00:00 --> x", nil, nil),
        ] as [(String, Double?, Double?)])
    func `reads a line of times`(line: String, start: Double?, end: Double?) {
        let found = read("7\n\(line)\nx\n")
        #expect(found.count == 1)
        #expect(found.first?.start == start.map(RunningTime.seconds))
        #expect(found.first?.end == end.map(RunningTime.seconds))
        #expect(found.first?.number == 7)
        #expect(text(found.first) == "x")
    }

    @Test func `needs no numbers, and keeps empty lines and numbers inside from ending a subtitle`() {
        let found = read("00:00:00,000 --> 00:00:01,000\na\n\n0\nb\n00:00:01,000 --> 00:00:02,000\nc")
        #expect(found.map(text) == ["a\nb", "c"])
        #expect(found.map(\.number) == [nil, nil])
    }

    @Test func `takes the times of a file without lines of times from its wall clock`() {
        let found = read(
            "1\n2017.08.05 14:11:51,393,525,393,525\n[a]\n\n2\n2017.08.05 14:11:52,393,525\n[b]\n\n3\n2017.08.05 14:11:50\n[c]\n"
        )
        #expect(found.map(\.start) == [.seconds(0), .seconds(1), nil])
        #expect(found.map(\.number) == [1, 2, 3])
        #expect(text(found.last) == "2017.08.05 14:11:50\n[c]")
    }

    @Test func `bounds what one subtitle holds, and counts it`() {
        let huge = String(repeating: "x", count: 200_000)
        let (found, counters) = read(
            Array("1\n00:00:00,000 --> 00:00:01,000\nab\n\(huge)\n2\n00:00:01,000 --> 00:00:02,000\nc".utf8))
        #expect(found.count == 2)
        #expect(found.allSatisfy { $0.text.count <= SubtitleReader.textLimit })
        #expect(counters["subtitles_oversized"] == 1)
        #expect(text(found.last) == "c")
    }

    @Test(arguments: ["", "1", "\n\n\n", "just words\n12\nmore", "{\"a\":1}", "00:00:01,000 -> 00:00:02,000\n"])
    func `makes no subtitle of anything else`(file: String) {
        #expect(read(file).isEmpty)
        #expect(!SubtitleReader.recognises(Array(file.utf8)))
    }

    @Test func `survives any bytes`() {
        var state: UInt64 = 7
        for _ in 0..<300 {
            var bytes = Array(plain.utf8)
            for _ in 0..<8 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
            }
            _ = read(bytes, chunk: 7)
        }
    }
}

struct LocalTimeTests {
    @Test(arguments: [
        ("2017.8.5 14:11:51", "2017-08-05T14:11:51.000000"), ("x 2022.06.21 16:06:17 y", "2022-06-21T16:06:17.000000"),
        ("2018-02-19 08:04:51,265,847", "2018-02-19T08:04:51.265847"),
        ("2017.08.05 14:11:51,393,525,393,525", "2017-08-05T14:11:51.393525"),
        ("2021-12-25 12:27:52.373", "2021-12-25T12:27:52.373000"),
        ("2021-12-25T12:27:52.373456Z", "2021-12-25T12:27:52.373456"),
        ("2021/12/25 1:27:52", "2021-12-25T01:27:52.000000"),
        ("2021-12-25 12:27:52,37", "2021-12-25T12:27:52.370000"),
        ("2021-12-25 12:27:52,373,", "2021-12-25T12:27:52.373000"),
    ])
    func `reads the wall clocks that are seen`(text: String, iso: String) {
        #expect(LocalTime(in: Array(text.utf8))?.iso8601 == iso)
    }

    @Test(arguments: [
        "", "1970-01-01 00:00:00", "2000-00-00 12:00:01", "2021-13-01 00:00:00", "2021-02-30 00:00:00",
        "2021-02-03 24:00:00", "2021-02-03", "2021-02-03 12:00", "12021-02-03 12:00:00", "2100-01-01 00:00:00",
    ])
    func `takes nothing else for one`(text: String) {
        #expect(LocalTime(in: Array(text.utf8)) == nil)
    }

    @Test func `is UTC only by its offset`() {
        let time = LocalTime(in: Array("2023-01-01 08:00:00.5".utf8))
        #expect(time?.utc(offset: 28_800).rfc3339 == "2023-01-01T00:00:00.500000Z")
        #expect(time?.utc(offset: -3600).rfc3339 == "2023-01-01T09:00:00.500000Z")
    }
}
