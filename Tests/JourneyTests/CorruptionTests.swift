import Foundation
import Testing

/// Damaged flights, chosen by a seed: a program ends by its own code, never by a signal, and in good time.
@Suite struct CorruptionTests {
    /// SplitMix64: the same seed damages the same bytes everywhere.
    struct Chance: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// One of six kinds of damage: flipped bits, overwritten metadata, a hole, doubled bytes, swapped packets, a cut.
    static func damaged(_ original: [UInt8], metadata: [Int], seed: UInt64) -> [UInt8] {
        var chance = Chance(state: seed)
        var bytes = original
        func place() -> Int { Int.random(in: 0..<max(1, bytes.count), using: &chance) }
        switch seed % 6 {
        case 0:
            for _ in 0..<200 { bytes[place()] ^= 1 << UInt8.random(in: 0..<8, using: &chance) }
        case 1:
            for start in metadata where Bool.random(using: &chance) {
                for _ in 0..<4 {
                    bytes[start + Int.random(in: 4..<188, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
                }
            }
        case 2:
            let start = place()
            bytes.removeSubrange(start..<min(bytes.count, start + Int.random(in: 1..<5000, using: &chance)))
        case 3:
            let start = place()
            bytes.insert(contentsOf: bytes[start..<min(bytes.count, start + 3000)], at: place())
        case 4:
            for _ in 0..<40 {
                let (one, other) = (place() / 188 * 188, place() / 188 * 188)
                guard one + 188 <= bytes.count, other + 188 <= bytes.count else { continue }
                let kept = Array(bytes[one..<one + 188])
                bytes.replaceSubrange(one..<one + 188, with: Array(bytes[other..<other + 188]))
                bytes.replaceSubrange(other..<other + 188, with: kept)
            }
        default:
            bytes.removeSubrange(place()...)
            for index in bytes.indices.suffix(64) { bytes[index] = 0xFF }
        }
        return bytes
    }

    static let golden = GoldenCase(name: "heights-above-sea-level-only")

    @Test(arguments: [("inspect", 200), ("replay", 30)])
    func `a damaged flight never ends a program by a signal`(command: String, runs: Int) async throws {
        let flight = try await Self.golden.flight()
        let original = try bytes(of: flight.video)
        let metadata = TransportPackets.metadata(in: original)
        let arguments = command == "replay" ? ["--no-evidence"] : ["--format", "ndjson"]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<UInt64(runs) {
                group.addTask {
                    let path = try flight.scratch.write(
                        Self.damaged(original, metadata: metadata, seed: seed), "\(command)-\(seed).ts")
                    defer { try? FileManager.default.removeItem(atPath: path) }
                    let outcome = try await Program.flyonce.run([command, path] + arguments, limit: 20)
                    #expect(outcome.code == 0 || outcome.code == 65, "seed \(seed): \(outcome.description)")
                    for line in outcome.lines {
                        #expect(throws: Never.self, "seed \(seed)") { _ = try JSON(line) }
                    }
                }
                // No more at once than run at once: the damaged copies are held in memory.
                if seed >= 8 { try await group.next() }
            }
            try await group.waitForAll()
        }
    }

    @Test func `a damaged flight is replayed with pictures too`() async throws {
        let flight = try await Self.golden.flight()
        let original = try bytes(of: flight.video)
        for seed in [UInt64(6), 12, 18] {
            let path = try flight.scratch.write(Self.damaged(original, metadata: [], seed: seed), "pictures-\(seed).ts")
            let outcome = try await Program.flyonce("replay", path, limit: 20)
            #expect(outcome.code == 0 || outcome.code == 65, "seed \(seed): \(outcome.description)")
        }
    }
}
