import Inspection
public import KLV

/// One metadata packet, decoded, as `flyonce inspect` prints it.
public struct InspectLine: Sendable, Hashable {
    /// Elementary stream in a transport stream; nil in a bare file.
    public var pid: Int?
    /// Raw 33-bit PES PTS, unwrapped, in microseconds; nil where there is none.
    public var ptsMicroseconds: Int64?
    public var decoded: DecodedSet

    public init(pid: Int?, ptsMicroseconds: Int64?, decoded: DecodedSet) {
        self.pid = pid
        self.ptsMicroseconds = ptsMicroseconds
        self.decoded = decoded
    }

    /// One JSON object, without the line's end. Values have the precision of their bytes: shortest digits that read back
    /// the same.
    public var ndjson: String {
        var json = JSONText(capacity: 4096)
        json.object { json in
            json.member("kind", "klv")
            if let pid { json.member("pid", pid) }
            if let ptsMicroseconds { json.member("pts_us", ptsMicroseconds) }
            json.member("set", decoded.set.rawValue)
            json.member("checksum", decoded.checksum.rawValue)
            if !decoded.isComplete { json.member("truncated", true) }
            Self.items(decoded.items, &json)
        }
        return json.string
    }

    private static func items(_ items: [LocalSetItem], _ json: inout JSONText) {
        json.member("items") { json in
            json.array { json in
                for item in items { Self.item(item, &json) }
            }
        }
    }

    private static func item(_ item: LocalSetItem, _ json: inout JSONText) {
        json.object { json in
            json.member("tag", item.tag)
            json.member("name", item.name)
            json.member("value") { value(item, &$0) }
            switch item.value {
            case .unknown: json.member("special", "unknown")
            case .special(let special): json.member("special", special.rawValue)
            case .raw: json.member("raw", true)
            default: break
            }
            if !item.unit.isEmpty { json.member("unit", item.unit) }
            if let issue = item.issue { json.member("issue", issue.rawValue) }
        }
    }

    private static func value(_ item: LocalSetItem, _ json: inout JSONText) {
        switch item.value {
        case .unknown, .special: json.null()
        case .unsigned(let number): json.raw(String(number))
        case .signed(let number): json.value(number)
        case .real(let number): json.value(number)
        case .text(let text): json.value(text)
        case .raw(let bytes): json.value(hex(bytes))
        case .set(let nested): json.object { items(nested, &$0) }
        case .series(let elements): series(elements, memberName(item.name), &json)
        }
    }

    /// A series is an object with an item for each member: its tag is the target's id, or the member's place from 1.
    private static func series(_ elements: [SeriesElement], _ name: String, _ json: inout JSONText) {
        json.object { json in
            json.member("items") { json in
                json.array { json in
                    for (index, element) in elements.enumerated() {
                        json.object { json in
                            json.member("tag", element.id.flatMap { Int64(exactly: $0) } ?? Int64(index + 1))
                            json.member("name", name)
                            json.member("value") { json in
                                json.object { json in
                                    if let id = element.id { json.member("targetId") { $0.raw(String(id)) } }
                                    items(element.items, &json)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// `vTargetSeries` → `vTarget`, `waypointList` → `waypoint`.
    static func memberName(_ series: String) -> String {
        for ending in ["Series", "List"] where series.hasSuffix(ending) { return String(series.dropLast(ending.count)) }
        return series
    }

    static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
