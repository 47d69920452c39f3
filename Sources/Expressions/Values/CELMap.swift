/// A map of CEL: entries in the order they were written, found by CEL's equality of keys.
///
/// Keys are bool, int, uint or string. 1 and 1u are the same key, and a double that is a whole number finds it too.
public struct CELMap: Sendable {
    public struct Entry: Sendable {
        public let key: CELValue
        public let value: CELValue

        public init(key: CELValue, value: CELValue) {
            self.key = key
            self.value = value
        }
    }

    public private(set) var entries: [Entry] = []
    private var places: [MapKey: Int] = [:]

    public init() {}

    /// Adds an entry. Returns false, changing nothing, when the key is there already or cannot be a key.
    public mutating func insert(_ value: CELValue, for key: CELValue) -> Bool {
        guard let name = MapKey(inserting: key), places[name] == nil else { return false }
        places[name] = entries.count
        entries.append(Entry(key: key, value: value))
        return true
    }

    public subscript(key: CELValue) -> CELValue? {
        guard let name = MapKey(finding: key), let place = places[name] else { return nil }
        return entries[place].value
    }

    public var count: Int { entries.count }
}
