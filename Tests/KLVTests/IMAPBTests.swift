import Foundation
import Testing

@testable import KLV

@Suite struct `IMAPB mapping` {
    static let rows: [(Double, Double, String, Double)] = [
        (-900, 40000, "2F921E", 23456.234375), (-900, 40000, "05F500", 2150), (-900, 40000, "02680C", 332.09375),
        (-900, 40000, "01FE20", 120.25), (0, 1_500_000, "00D92A", 13898.5), (0, 360, "1F40", 125),
        (0, 21000, "0001A0", 1.625), (0, 100, "4800", 72), (0, 100, "3700", 55), (0, 100, "5700", 87),
        (0, 100, "3E80", 62.5), (0, 100, "3000", 48), (-1000, 1000, "3E9000", 1), (-1000, 1000, "3E8480", 0.28125),
        (1, 99999, "0257C0", 2400), (0, 180, "1FD9", 63.6953125), (0, 180, "1340", 38.5), (0, 180, "0640", 12.5),
        (-19.2, 19.2, "3A6667", 10), (-19.2, 19.2, "266666", -0.00000762939453125), (-900, 19000, "2A94", 10000),
        (-900, 19000, "044C", 200), (-90, 90, "27BA9302", -10.5423886), (-90, 90, "3B734B48", 28.900734901428223),
        (-180, 180, "344A1ADF", 29.157890), (-180, 180, "4A9FFEF9", 118.4999372959137),
        (0, 1e9, "00000006487E7C06", 3.14159),
    ]

    @Test(arguments: rows.indices)
    func `maps the sheet's rows both ways`(index: Int) throws {
        let (low, high, hex, value) = Self.rows[index]
        let bytes = WorkedExamples.bytes(hex)
        let mapping = try #require(IMAPB(low, high, bytes: bytes.count))
        let code = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard case .real(let decoded) = mapping.decode(code) else {
            Issue.record("not a number")
            return
        }
        #expect(abs(decoded - value) < 1e-7)
        #expect(mapping.encode(decoded) == code)
    }

    @Test func `clamps and has codes for what is no number`() throws {
        let mapping = try #require(IMAPB(0, 100, bytes: 2))
        #expect(mapping.decode(mapping.encode(1e9)) == .real(100))
        #expect(mapping.decode(mapping.encode(-5)) == .real(0))
        #expect(mapping.decode(mapping.encode(.infinity)) == .special(.positiveInfinity))
        #expect(mapping.decode(mapping.encode(-.infinity)) == .special(.negativeInfinity))
        #expect(mapping.decode(mapping.encode(.nan)) == .special(.positiveQuietNaN))
        // The top of a range that is a power of two is 0x80…
        let power = try #require(IMAPB(0, 128, bytes: 2))
        #expect(power.encode(128) == 0x8000)
        #expect(power.decode(0x8000) == .real(128))
        #expect(mapping.decode(0x8000) == .special(.reserved))
    }

    @Test(arguments: [(0.0, 0.0, 2), (1, 0, 2), (.nan, 1, 2), (0, .infinity, 2), (0, 1, 0), (0, 1, 9)])
    func `refuses ranges and lengths that cannot be`(low: Double, high: Double, bytes: Int) {
        #expect(IMAPB(low, high, bytes: bytes) == nil)
    }

    @Test func `agrees with the recorded vectors`() throws {
        guard let bytes = SampleFiles.bytes("st1201_vectors.json") else { return }
        let vectors = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [[String: Any]])
        var checked = 0
        var wrong: [String] = []
        for vector in vectors {
            guard let a = vector["a"] as? Double, let b = vector["b"] as? Double, let length = vector["L"] as? Int,
                let hex = vector["forwardResultHex"] as? String, let mapping = IMAPB(a, b, bytes: length),
                let code = UInt64(hex.dropFirst(2), radix: 16)
            else { continue }
            let decoded = mapping.decode(code)
            if let x = vector["x"] as? Double, let back = vector["reverseResult"] as? Double {
                guard case .real(let value) = decoded, abs(value - back) <= max(abs(back), abs(a)) * 1e-12 else {
                    wrong.append("decode \(a) \(b) \(hex): \(decoded) not \(back)")
                    continue
                }
                if mapping.encode(x) != code { wrong.append("encode \(a) \(b) \(x): \(mapping.encode(x)) not \(code)") }
            } else if case .real = decoded {
                wrong.append("\(hex) is no number")
            }
            checked += 1
        }
        print("\(checked) vectors of \(vectors.count)")
        #expect(wrong.count == 0, "\(wrong.prefix(10))")
        #expect(checked > 1000)
    }
}
