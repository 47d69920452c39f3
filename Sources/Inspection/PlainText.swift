/// The bytes of a text file piece by piece, without its byte-order mark and with UTF-16 put into UTF-8. What is of any other
/// coding passes as it is.
struct PlainText: Sendable {
    private enum Coding: Sendable { case bytes, utf16Little, utf16Big }

    private var coding: Coding?
    private var held: [UInt8] = []

    mutating func read(_ bytes: [UInt8]) -> [UInt8] {
        if coding == .bytes { return bytes }
        held += bytes
        guard held.count >= 4 || coding != nil else { return [] }
        return release()
    }

    mutating func finish() -> [UInt8] { release() }

    private mutating func release() -> [UInt8] {
        if coding == nil { coding = begin() }
        if coding == .bytes {
            defer { held = [] }
            return held
        }
        var text: [UInt8] = []
        var index = 0
        while index + 1 < held.count {
            let unit = coding == .utf16Little ? (held[index + 1], held[index]) : (held[index], held[index + 1])
            let value = UInt32(unit.0) << 8 | UInt32(unit.1)
            text += Array(String(Unicode.Scalar(value).map(Character.init) ?? "?").utf8)
            index += 2
        }
        held.removeFirst(index)
        return text
    }

    private mutating func begin() -> Coding {
        if held.starts(with: [0xEF, 0xBB, 0xBF]) {
            held.removeFirst(3)
            return .bytes
        }
        if held.starts(with: [0xFF, 0xFE]) || held.starts(with: [0xFE, 0xFF]) {
            let isLittle = held[0] == 0xFF
            held.removeFirst(2)
            return isLittle ? .utf16Little : .utf16Big
        }
        guard held.count >= 4 else { return .bytes }
        // Subtitles begin in ASCII: a zero beside it is its other half.
        if held[1] == 0, held[3] == 0, held[0] != 0 { return .utf16Little }
        if held[0] == 0, held[2] == 0, held[1] != 0 { return .utf16Big }
        return .bytes
    }
}
