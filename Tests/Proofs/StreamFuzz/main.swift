// Damages streams by seed and reads them. Says `begin SEED FILE DAMAGE…` before and `end SEED MS FRAMES PACKETS PICTURES RSS_KB`
// after each, on lines of their own, so that whoever started it knows which seed a crash or a hang belongs to.
//
//     stream-fuzz --from SEED --count N --scratch DIRECTORY [--pictures-every K] STREAM…

import Foundation

/// At once: what is said before a crash must not be lost with it.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

var from = 1
var count = 1
var every = 5
var scratch = NSTemporaryDirectory()
var streams: [String] = []
var words = CommandLine.arguments.dropFirst()
while let word = words.popFirst() {
    switch word {
    case "--from": from = words.popFirst().flatMap { Int($0) } ?? from
    case "--count": count = words.popFirst().flatMap { Int($0) } ?? count
    case "--pictures-every": every = max(words.popFirst().flatMap { Int($0) } ?? every, 1)
    case "--scratch": scratch = words.popFirst() ?? scratch
    default: streams.append(word)
    }
}
let originals = streams.sorted().compactMap { path in
    FileManager.default.contents(atPath: path).map {
        (name: URL(fileURLWithPath: path).lastPathComponent, bytes: [UInt8]($0))
    }
}
guard !originals.isEmpty, originals.count == streams.count else {
    FileHandle.standardError.write(Data("no streams, or one that cannot be read\n".utf8))
    exit(2)
}

/// Kilobytes of this process in memory.
func residentKilobytes() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
}

for seed in from..<from + max(count, 0) {
    var random = Generator(state: UInt64(seed))
    let original = originals[random.below(originals.count)]
    var bytes = original.bytes
    let damages = (0...random.below(3)).map { _ in Damage.allCases[random.below(Damage.allCases.count)] }
    for damage in damages { damage.apply(to: &bytes, &random) }
    let path = "\(scratch)/variant-\(seed)-\(original.name)"
    guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else { exit(2) }
    say("begin \(seed) \(original.name) \(damages.map(\.rawValue).joined(separator: "+"))")
    let begun = DispatchTime.now().uptimeNanoseconds
    let outcome = await Trial(takesPictures: seed % every == 0, decodesAll: seed % every == 1)
        .run(bytes, path: path, &random)
    let milliseconds = (DispatchTime.now().uptimeNanoseconds - begun) / 1_000_000
    for breach in outcome.breaches { say("breach \(seed) \(breach)") }
    say("end \(seed) \(milliseconds) \(outcome.frames) \(outcome.packets) \(outcome.pictures) \(residentKilobytes())")
    if outcome.breaches.isEmpty { try? FileManager.default.removeItem(atPath: path) }
}
say("done")
