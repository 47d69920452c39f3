import Foundation
import Testing

/// The fuzzer's inputs, replayed: every one of them, cut short and with single bytes changed.
@Suite struct `Fuzzed expressions` {
    private static let corpus = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fuzz/corpus/cel")

    @Test func `come back from every input`() throws {
        let files = try FileManager.default.contentsOfDirectory(at: Self.corpus, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files.sorted(by: { $0.path < $1.path }) {
            let input = [UInt8](try Data(contentsOf: file))
            FuzzedExpression.run(input)
            for cut in stride(from: 0, to: input.count, by: 5) {
                FuzzedExpression.run(Array(input[..<cut]))
                for bits: UInt8 in [0x01, 0x10, 0xFF] {
                    var changed = input
                    changed[cut] ^= bits
                    FuzzedExpression.run(changed)
                }
            }
        }
    }
}
