/// Every message that is known, by its id.
public struct MAVLinkDialect: Sendable {
    /// The definitions of ``MAVLinkTable``, read once.
    public static let shared = MAVLinkDialect(MAVLinkTable.parts)

    /// Ids of which nearly all are in use have their place here: an index into `all`, or −1.
    private static let direct = 512

    public private(set) var all: [MAVLinkDefinition] = []
    private var places: [Int]
    private var others: [UInt32: Int] = [:]

    init(_ parts: [String]) {
        places = Array(repeating: -1, count: Self.direct)
        for part in parts {
            var line: [UInt8] = []
            for piece in Array(part.utf8).split(separator: 10) {
                if piece.first != 32, !line.isEmpty {
                    add(line)
                    line = []
                }
                line += piece
            }
            add(line)
        }
    }

    private mutating func add(_ line: [UInt8]) {
        guard let definition = MAVLinkDefinition(line[...]) else { return }
        if definition.id < UInt32(Self.direct) {
            places[Int(definition.id)] = all.count
        } else {
            others[definition.id] = all.count
        }
        all.append(definition)
    }

    /// Nil for a message that is not known.
    public subscript(_ id: UInt32) -> MAVLinkDefinition? {
        guard let place = place(of: id) else { return nil }
        return all[place]
    }

    private func place(of id: UInt32) -> Int? {
        guard id < UInt32(Self.direct) else { return others[id] }
        let place = places[Int(id)]
        return place >= 0 ? place : nil
    }
}
