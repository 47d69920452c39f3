import Crypto
import Foundation
import Inspection

/// The chain's lines in their order: what each must be after those before it. Decides, and reads nothing by itself.
struct ChainWalk {
    /// Lines that are left out are no fault: the lines that are there speak for themselves.
    let isPartial: Bool
    /// Numbers of lines whose hashes somebody will ask for.
    let wanted: Set<Int64>
    /// Helps to go on behind a damaged change of keys; vouches for nothing.
    let publicKeys: [String: VerifyingKey]

    private(set) var hashes: [Int64: String] = [:]
    private(set) var index: SealedIndex
    private(set) var lines: Int64 = 0
    /// Of the last line.
    private(set) var number: Int64 = 0
    private(set) var hash = ChainLine.beginning
    private(set) var signers: [VerifyingKey] = []
    /// Keys that signed a line without a fault.
    private(set) var trusted: Set<String> = []
    private(set) var pinned: PinnedLines
    private var current: VerifyingKey?
    /// Nothing is known of the line before: it is damaged, or left out.
    private var isLoose = false
    /// What is wrong with the line before was said.
    private var isDamaged = false

    init(
        isPartial: Bool, wanted: Set<Int64>, publicKeys: [String: VerifyingKey], pins: [String] = [],
        formerSoftware: Set<String> = []
    ) {
        index = SealedIndex(formerSoftware: formerSoftware)
        pinned = PinnedLines(pins: pins)
        self.isPartial = isPartial
        self.wanted = wanted
        self.publicKeys = publicKeys
    }

    mutating func take(_ bytes: ArraySlice<UInt8>, file: String, _ report: (ChainFault) -> Void) {
        lines += 1
        let lineHash = ChainLine.hash(bytes)
        guard let line = ChainLine(bytes) else {
            report(
                ChainFault(
                    .line, line: number + 1, finding: Self.guess(bytes), file: file,
                    "line \(number + 1) was altered: it cannot be read"))
            move(to: number + 1, lineHash, isDamaged: true)
            return
        }
        if line.number != number + 1 { jump(to: line, file: file, report) }
        let isLinked = line.previous == hash || isLoose
        let follows = line.number == number + 1 && line.previous == hash
        let fault = signatureFault(of: line, afterDamage: isDamaged)
        if let fault { report(fault.at(line, file)) }
        if !isLinked, fault == nil {
            report(
                ChainFault(
                    .link, line: line.number, file: file,
                    "line \(line.number) does not follow from line \(number): one of them was put there later"))
        }
        move(to: line.number, lineHash, isDamaged: fault != nil)
        guard fault == nil else { return }
        trusted.insert(line.key)
        if let current { pinned.take(line, by: current, follows: follows) }
        if !index.take(line) {
            report(
                ChainFault(.line, line: line.number, file: file, "line \(line.number) lacks what its kind must say"))
        }
        if let named = line.namedKey {
            current = named
            if signers.last?.id != named.id { signers.append(named) }
        }
    }

    private mutating func move(to number: Int64, _ hash: String, isDamaged: Bool) {
        self.number = number
        self.hash = hash
        self.isDamaged = isDamaged
        isLoose = isDamaged
        if wanted.contains(number) { hashes[number] = hash }
    }

    private mutating func jump(to line: ChainLine, file: String, _ report: (ChainFault) -> Void) {
        isLoose = true
        if line.number > number + 1, isPartial { return }
        isDamaged = true
        guard line.number > number + 1 else {
            return report(
                ChainFault(
                    .link, line: line.number, file: file, "line \(line.number) stands again behind line \(number)"))
        }
        let last = line.number - 1
        let which = last == number + 1 ? "line \(last) is" : "lines \(number + 1) to \(last) are"
        report(ChainFault(.missingLines, line: number + 1, file: file, "\(which) missing"))
    }

    /// After the last line.
    mutating func finish() { pinned.finish() }

    private struct KeyFault {
        var kind: ChainFault.Kind
        var text: String

        func at(_ line: ChainLine, _ file: String) -> ChainFault {
            let finding = line.members.object("finding").flatMap { $0.text("id") }.flatMap { FindingID($0) }
            return ChainFault(kind, line: line.number, finding: finding, file: file, "line \(line.number) \(text)")
        }
    }

    private mutating func signatureFault(of line: ChainLine, afterDamage: Bool) -> KeyFault? {
        if current == nil, line.number == 1 || isPartial, let own = line.namedKey {
            current = own
            signers.append(own)
        }
        if let current, line.key == current.id {
            return line.isSigned(by: current)
                ? nil : KeyFault(kind: .signature, text: "was altered: its signature does not fit its bytes")
        }
        // The line that named this key is damaged, and was said to be.
        if afterDamage, let next = publicKeys[line.key], line.isSigned(by: next) {
            current = next
            signers.append(next)
            return nil
        }
        if let former = signers.first(where: { $0.id == line.key }) {
            return KeyFault(
                kind: .key, text: "is signed by \(former.id), a key that another had followed")
        }
        return KeyFault(
            kind: .key,
            text:
                "is signed by \(ChainFault.printable(String(line.key.prefix(64)))), a key that no line before it names; \(current?.id ?? "none") signs here"
        )
    }

    /// The finding that a line which cannot be read seems to be of.
    private static func guess(_ bytes: ArraySlice<UInt8>) -> FindingID? {
        let mark = Array(#""type":"Feature","id":""#.utf8)
        guard bytes.count > mark.count + 36 else { return nil }
        for at in bytes.indices.dropLast(mark.count + 36) where bytes[at] == 34 {
            if bytes[at..<at + mark.count].elementsEqual(mark) {
                let id = bytes[at + mark.count..<at + mark.count + 36]
                return FindingID(String(decoding: id, as: UTF8.self))
            }
        }
        return nil
    }
}
