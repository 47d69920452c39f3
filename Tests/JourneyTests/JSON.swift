import Foundation

/// Any JSON, to look into and to compare. Truth values are numbers here: 0 and 1.
enum JSON: Sendable, Hashable {
    case null
    case number(Double)
    case text(String)
    case array([JSON])
    case object([String: JSON])

    struct Unreadable: Error, CustomStringConvertible {
        var description: String
    }

    init(_ text: some StringProtocol) throws {
        do {
            self.init(any: try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed))
        } catch {
            throw Unreadable(description: "not JSON: \(text.prefix(200))")
        }
    }

    private init(any value: Any) {
        switch value {
        case let value as [String: Any]: self = .object(value.mapValues(JSON.init(any:)))
        case let value as [Any]: self = .array(value.map(JSON.init(any:)))
        case let value as String: self = .text(value)
        case let value as NSNumber: self = .number(value.doubleValue)
        default: self = .null
        }
    }

    subscript(_ name: String) -> JSON {
        get { if case .object(let members) = self { members[name] ?? .null } else { .null } }
        set {
            guard case .object(var members) = self else { return }
            members[name] = newValue
            self = .object(members)
        }
    }

    subscript(_ index: Int) -> JSON { items.indices.contains(index) ? items[index] : .null }

    var items: [JSON] { if case .array(let items) = self { items } else { [] } }
    var members: [String: JSON] { if case .object(let members) = self { members } else { [:] } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }
    var count: Int? { number.flatMap { Int(exactly: $0) } }

    func without(_ names: String...) -> JSON {
        guard case .object(var members) = self else { return self }
        for name in names { members[name] = nil }
        return .object(members)
    }

    /// Sorted and indented: for files that people read and compare.
    var pretty: String {
        get throws {
            let data = try JSONSerialization.data(
                withJSONObject: plain, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
            return String(decoding: data, as: UTF8.self) + "\n"
        }
    }

    private var plain: Any {
        switch self {
        case .null: NSNull()
        case .number(let number): Int(exactly: number).map { $0 as Any } ?? number
        case .text(let text): text
        case .array(let items): items.map(\.plain)
        case .object(let members): members.mapValues(\.plain)
        }
    }
}
