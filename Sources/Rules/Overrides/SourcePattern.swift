/// A pattern of source names: `*` stands for any characters, none among them.
struct SourcePattern: Sendable, Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static func isPattern(_ text: String) -> Bool {
        text.utf8.count <= 128
            && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 42 }
    }

    func fits(_ name: String) -> Bool {
        let pattern = Array(text.utf8)
        let bytes = Array(name.utf8)
        var (next, at) = (0, 0)
        // Where to go on from when what follows the last star does not fit.
        var retry: (next: Int, at: Int)?
        while at < bytes.count {
            if next < pattern.count, pattern[next] == 42 {
                retry = (next + 1, at)
                next += 1
            } else if next < pattern.count, pattern[next] == bytes[at] {
                next += 1
                at += 1
            } else if let last = retry {
                retry = (last.next, last.at + 1)
                (next, at) = (last.next, last.at + 1)
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == 42 }
    }
}
