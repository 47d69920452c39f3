/// A key of a map, in the form in which CEL's equality is Swift's.
enum MapKey: Sendable {
    case bool(Bool)
    case int(Int64)
    /// Only above the greatest int.
    case uint(UInt64)
    case string(String)

    /// Nil for a value that cannot be a key.
    init?(inserting value: CELValue) {
        switch value {
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .uint(let value): self = Int64(exactly: value).map { .int($0) } ?? .uint(value)
        case .string(let value): self = .string(value)
        default: return nil
        }
    }

    /// Nil for a value that equals no key.
    init?(finding value: CELValue) {
        if case .double(let double) = value {
            if let int = Int64(exactly: double) {
                self = .int(int)
            } else if let uint = UInt64(exactly: double) {
                self = .uint(uint)
            } else {
                return nil
            }
        } else {
            self.init(inserting: value)
        }
    }
}

extension MapKey: Hashable {
    static func == (left: MapKey, right: MapKey) -> Bool {
        switch (left, right) {
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.uint(let left), .uint(let right)): left == right
        case (.string(let left), .string(let right)): CodePoints.equal(left, right)
        default: false
        }
    }

    /// `String` hashes its canonical form, which equal code points share.
    func hash(into hasher: inout Hasher) {
        switch self {
        case .bool(let value): hasher.combine(value)
        case .int(let value): hasher.combine(value)
        case .uint(let value): hasher.combine(value)
        case .string(let value): hasher.combine(value)
        }
    }
}
