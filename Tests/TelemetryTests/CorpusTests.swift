import Foundation
import Testing

/// The fuzzers' inputs, replayed: every one of them, cut short and with single bytes changed, through its decoder.
@Suite struct `Fuzzed decoders` {
    private static let corpora = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fuzz/corpus")

    private static func inputs(_ decoder: FuzzedDecoder) throws -> [[UInt8]] {
        let folder = corpora.appendingPathComponent(decoder.rawValue)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.sorted { $0.path < $1.path }.map { [UInt8](try Data(contentsOf: $0)) }
    }

    @Test(arguments: FuzzedDecoder.allCases)
    func `come back from every input`(decoder: FuzzedDecoder) throws {
        let inputs = try Self.inputs(decoder)
        #expect(!inputs.isEmpty)
        for input in inputs {
            decoder.run(input)
            for cut in stride(from: 0, to: input.count, by: max(input.count / 16, 1)) {
                decoder.run(Array(input[..<cut]))
                var changed = input
                changed[cut] ^= 0xFF
                decoder.run(changed)
            }
        }
    }

    @Test func `have a corpus each, and no corpus lacks its decoder`() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpora.path)
        // Those of expressions are replayed with the tests of expressions.
        #expect(Set(folders).subtracting(["cel"]) == Set(FuzzedDecoder.allCases.map(\.rawValue)))
    }
}
