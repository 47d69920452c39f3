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
            if memory.count >= limit, memory[id] == nil { memory.removeAll() }
            memory[id] = element.items
        }
    }
}
