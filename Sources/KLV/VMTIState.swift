/// What a stream's VMTI sets said earlier: encoders send the version and the frame size only now and then.
public struct VMTIState: Sendable, Hashable {
    /// Item 4; 6 means ST 0903.6.
    public var version: Int?
    /// Items 8 and 9, pixels.
    public var frameWidth: Int?
    public var frameHeight: Int?
    /// Items of the algorithm series, by algorithm id. At most ``limit``.
    public private(set) var algorithms: [UInt64: [LocalSetItem]] = [:]
    /// Items of the ontology series, by ontology id. At most ``limit``.
    public private(set) var ontologies: [UInt64: [LocalSetItem]] = [:]

    /// Series members remembered, each.
    public static let limit = 1024
    /// Larger members are not remembered: bytes of memory, about.
    static let memberLimit = 4096

    public init() {}

    /// Remembers what a decoded VMTI set says.
    mutating func note(_ items: [LocalSetItem]) {
        for item in items {
            switch item.tag {
            case 4: version = item.value.count.flatMap { Int(exactly: $0) } ?? version
            case 8: frameWidth = item.value.count.flatMap { Int(exactly: $0) } ?? frameWidth
            case 9: frameHeight = item.value.count.flatMap { Int(exactly: $0) } ?? frameHeight
            case 102: Self.note(item.value.elements, in: &algorithms)
            case 103: Self.note(item.value.elements, in: &ontologies)
            default: break
            }
        }
    }

    private static func note(_ elements: [SeriesElement]?, in memory: inout [UInt64: [LocalSetItem]]) {
        for element in elements ?? [] {
            guard let id = element.items.value(1)?.count else { continue }
            guard element.items.reduce(0, { $0 + $1.weight }) <= memberLimit else {
                memory[id] = nil
                continue
            }
            if memory.count >= limit, memory[id] == nil { memory.removeAll() }
            memory[id] = element.items
        }
    }
}

extension LocalSetItem {
    /// Bytes of memory that it takes, about.
    fileprivate var weight: Int {
        let content =
            switch value {
            case .text(let text): text.utf8.count
            case .raw(let bytes): bytes.count
            case .set(let items): items.reduce(0) { $0 + $1.weight }
            case .series(let elements): elements.reduce(0) { $1.items.reduce($0 + 16) { $0 + $1.weight } }
            case .unknown, .unsigned, .signed, .real, .special: 0
            }
        return MemoryLayout<LocalSetItem>.stride + content
    }
}
