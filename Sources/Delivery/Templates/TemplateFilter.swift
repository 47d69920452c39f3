import Inspection

/// What a reference's value goes through. Pure; null goes through all but `default`, `required` and `omit` unchanged.
enum TemplateFilter: Sendable, Hashable {
    case fallback(String)
    /// By a table of the template.
    case map(String)
    case date(TemplateDate)
    /// A number of at most so many decimals.
    case number(Int)
    /// Text with exactly so many decimals.
    case fixed(Int)
    /// At most so many characters.
    case truncate(Int)
    case upper, lower, text
    case join(String)
    /// The member of each element of a list.
    case pluck(String)
    case first
    /// A finding without it is refused.
    case required
    /// The member it is the value of is left out where there is none.
    case omit

    struct Fault: Error {
        var message: String
        var hint: String
    }

    private static let signatures = [
        "default": "default('text')", "map": "map(table)", "date": "date('yyyy-MM-dd HH:mm:ss')", "number": "number(6)",
        "fixed": "fixed(6)", "truncate": "truncate(100)", "upper": "upper", "lower": "lower", "text": "text",
        "join": "join(',')", "pluck": "pluck('zh')", "first": "first", "required": "required", "omit": "omit",
    ]

    init(_ name: String, _ arguments: [String]) throws(Fault) {
        guard let signature = Self.signatures[name] else {
            let names = Self.signatures.keys.sorted().joined(separator: ", ")
            throw Fault(message: "there is no filter \(name)", hint: "one of: \(names)")
        }
        let wrong = Fault(message: "the filter \(name) is not used so", hint: "write \(signature)")
        func number(_ range: ClosedRange<Int>) throws(Fault) -> Int {
            guard arguments.count == 1, let value = Int(arguments[0]), range.contains(value) else { throw wrong }
            return value
        }
        switch name {
        case "number": self = .number(try number(0...12))
        case "fixed": self = .fixed(try number(0...12))
        case "truncate": self = .truncate(try number(1...100_000))
        case "date":
            guard (1...2).contains(arguments.count),
                let date = TemplateDate(arguments[0], zone: arguments.count > 1 ? arguments[1] : nil)
            else { throw Fault(message: wrong.message, hint: "write date('yyyy-MM-dd HH:mm:ss', '+08:00')") }
            self = .date(date)
        case "default", "map", "join", "pluck":
            guard arguments.count == 1 else { throw wrong }
            self =
                switch name {
                case "default": .fallback(arguments[0])
                case "map": .map(arguments[0])
                case "join": .join(arguments[0])
                default: .pluck(arguments[0])
                }
        default:
            guard arguments.isEmpty else { throw wrong }
            self =
                switch name {
                case "upper": .upper
                case "lower": .lower
                case "text": .text
                case "first": .first
                case "required": .required
                default: .omit
                }
        }
    }

    func applied(to value: JSONValue, _ terms: TemplateTerms) throws(TemplateRefusal) -> JSONValue {
        switch (self, value) {
        case (.fallback(let text), .null): return .string(text)
        case (.fallback(let text), .string("")): return .string(text)
        case (.required, .null): throw TemplateRefusal(reason: "is missing")
        case (.fallback, _), (.required, _), (.omit, _), (_, .null): return value
        case (.map(let table), _):
            return value.scalarText.flatMap { terms.tables[table]?.look($0) }.map { .string($0) } ?? .null
        case (.date(let date), .string(let text)):
            guard let time = UTCTime(rfc3339: text) else { throw TemplateRefusal(reason: "is no time") }
            return .string(date.text(time, zoneSeconds: terms.zoneSeconds))
        case (.number(let decimals), _): return .number(Self.rounded(try Self.number(value), decimals))
        case (.fixed(let decimals), _): return .string(Self.fixed(try Self.number(value), decimals))
        case (.truncate(let count), _):
            return value.scalarText.map { .string(String($0.prefix(count))) } ?? value
        case (.upper, _): return value.scalarText.map { .string($0.uppercased()) } ?? value
        case (.lower, _): return value.scalarText.map { .string($0.lowercased()) } ?? value
        case (.text, _): return value.scalarText.map { .string($0) } ?? value
        case (.join(let separator), .array(let elements)):
            return .string(elements.compactMap(\.scalarText).joined(separator: separator))
        case (.pluck(let name), .array(let elements)): return .array(elements.compactMap { $0[name] })
        case (.first, .array(let elements)): return elements.first ?? .null
        case (.date, _), (.join, _), (.pluck, _), (.first, _):
            throw TemplateRefusal(reason: "is not what the filter takes")
        }
    }

    private static func number(_ value: JSONValue) throws(TemplateRefusal) -> Double {
        switch value {
        case .number(let number): return number
        case .string(let text):
            guard let number = Double(text), number.isFinite else { throw TemplateRefusal(reason: "is no number") }
            return number
        default: throw TemplateRefusal(reason: "is no number")
        }
    }

    private static func rounded(_ number: Double, _ decimals: Int) -> Double {
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let rounded = (number * scale).rounded() / scale
        return rounded == 0 || !rounded.isFinite ? 0 : rounded
    }

    private static func fixed(_ number: Double, _ decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = (abs(number) * scale).rounded()
        guard scaled < 9e18 else { return String(number) }
        let digits = String(Int64(scaled))
        let padded = String(repeating: "0", count: max(decimals + 1 - digits.count, 0)) + digits
        let sign = number < 0 && scaled > 0 ? "-" : ""
        return decimals == 0 ? sign + padded : sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
}

/// Why a finding cannot be put into a template's request.
struct TemplateRefusal: Error, Sendable, Hashable {
    var reason: String
}

/// What the filters of a template look things up in.
struct TemplateTerms: Sendable, Hashable {
    var tables: [String: TemplateTable] = [:]
    /// East of Greenwich.
    var zoneSeconds = 0
}

/// A table from names to names: an exact one, else the longest family (`waste.*`), else `*`.
struct TemplateTable: Sendable, Hashable {
    var entries: [String: String] = [:]

    func look(_ name: String) -> String? {
        if let found = entries[name] { return found }
        var family = name[...]
        while let dot = family.lastIndex(of: ".") {
            family = family[..<dot]
            if let found = entries[family + ".*"] { return found }
        }
        return entries["*"]
    }
}
