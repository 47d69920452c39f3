/// The simple properties of an XMP packet: attributes and elements that hold only text, by their qualified names. Not an
/// XML parser: entity definitions are not read, nothing is fetched, and nothing nests deeper than the list of names.
struct XMPPacket: Sendable {
    struct Property: Sendable, Hashable {
        /// With the usual prefix of its namespace, whatever prefix the packet chose: `drone-dji:GimbalYawDegree`.
        var name: String
        var value: String
    }

    /// Properties kept of one packet.
    static let limit = 1024
    static let nameLimit = 128
    static let valueLimit = 2048
    private static let namespaces = [
        "http://www.dji.com/drone-dji/1.0/": "drone-dji", "http://ns.adobe.com/xap/1.0/": "xmp",
        "http://ns.adobe.com/exif/1.0/": "exif", "http://ns.adobe.com/tiff/1.0/": "tiff",
        "http://pix4d.com/camera/1.0": "Camera", "http://pix4d.com/camera/1.0/": "Camera",
    ]

    private(set) var properties: [Property] = []
    private var prefixes: [String: String] = [:]
    /// Name of the element just opened, while only text has followed it.
    private var open: String?
    private var text: ArraySlice<UInt8> = []

    init(_ bytes: ArraySlice<UInt8>) {
        var at = bytes.startIndex
        while at < bytes.endIndex, properties.count < Self.limit {
            guard bytes[at] == UInt8(ascii: "<") else {
                let end = bytes[at...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.endIndex
                text = bytes[at..<end]
                at = end
                continue
            }
            at = markup(bytes, at + 1)
        }
    }

    /// Reads what begins after a `<`; gives the place after it.
    private mutating func markup(_ bytes: ArraySlice<UInt8>, _ start: Int) -> Int {
        guard start < bytes.endIndex else { return bytes.endIndex }
        switch bytes[start] {
        case UInt8(ascii: "!"):
            open = nil
            let isComment = bytes[start...].starts(with: Array("!--".utf8))
            return Self.end(of: bytes, start, isComment ? "-->" : ">")
        case UInt8(ascii: "?"):
            return Self.end(of: bytes, start, "?>")
        case UInt8(ascii: "/"):
            let end = Self.end(of: bytes, start, ">")
            let name = Self.name(bytes[(start + 1)..<end])
            if let open, open == name.text { add(open, text) }
            open = nil
            return end
        default:
            return element(bytes, start)
        }
    }

    private mutating func element(_ bytes: ArraySlice<UInt8>, _ start: Int) -> Int {
        let (name, after) = Self.name(bytes[start...])
        open = name
        text = []
        var at = after
        while at < bytes.endIndex {
            switch bytes[at] {
            case UInt8(ascii: ">"): return at + 1
            case UInt8(ascii: "/"), 9, 10, 13, 32: at += 1
            case UInt8(ascii: "<"): return at
            default:
                let (attribute, end) = Self.name(bytes[at...])
                guard end > at, let quote = Self.quote(bytes, end),
                    let close = bytes[(quote + 1)...].firstIndex(of: bytes[quote])
                else {
                    at = max(end, at + 1)
                    continue
                }
                if !attribute.isEmpty { add(attribute, bytes[(quote + 1)..<close]) }
                at = close + 1
            }
        }
        return at
    }

    private mutating func add(_ name: String, _ raw: ArraySlice<UInt8>) {
        guard properties.count < Self.limit, raw.count <= Self.valueLimit else { return }
        let value = Self.unescaped(raw)
        if name.hasPrefix("xmlns:") {
            if prefixes.count < 64, let known = Self.namespaces[value] { prefixes[String(name.dropFirst(6))] = known }
            return
        }
        let parts = name.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[0] != "xmlns", parts[0] != "rdf", parts[0] != "xml", parts[0] != "x",
            !value.isEmpty
        else { return }
        let prefix = prefixes[String(parts[0])] ?? String(parts[0])
        properties.append(Property(name: prefix + ":" + parts[1], value: value))
    }

    /// The place of the quote after `=`; nil when something else stands there.
    private static func quote(_ bytes: ArraySlice<UInt8>, _ start: Int) -> Int? {
        var at = start
        var hasEquals = false
        while at < bytes.endIndex {
            switch bytes[at] {
            case 9, 10, 13, 32: break
            case UInt8(ascii: "=") where !hasEquals: hasEquals = true
            case UInt8(ascii: "\""), UInt8(ascii: "'"): return hasEquals ? at : nil
            default: return nil
            }
            at += 1
        }
        return nil
    }

    /// The name at the start of `bytes`, empty when it is too long, and the place after it.
    private static func name(_ bytes: ArraySlice<UInt8>) -> (text: String, end: Int) {
        let stops: Set<UInt8> = [9, 10, 13, 32, 34, 39, 47, 60, 61, 62]
        let end = bytes.firstIndex { stops.contains($0) } ?? bytes.endIndex
        let name = bytes[bytes.startIndex..<end]
        return (name.count <= nameLimit ? String(decoding: name, as: UTF8.self) : "", end)
    }

    /// The place after the next `mark`; the end where there is none.
    private static func end(of bytes: ArraySlice<UInt8>, _ start: Int, _ mark: StaticString) -> Int {
        let mark = Array(mark.description.utf8)
        guard let last = mark.last else { return bytes.endIndex }
        var at = start
        while let found = bytes[at...].firstIndex(of: last) {
            if found - start + 1 >= mark.count, Array(bytes[(found - mark.count + 1)...found]) == mark {
                return found + 1
            }
            at = found + 1
        }
        return bytes.endIndex
    }

    /// Without blanks at the ends; the five named entities and numeric references for what they stand for, others as they
    /// are.
    private static func unescaped(_ raw: ArraySlice<UInt8>) -> String {
        let text = String(decoding: raw, as: UTF8.self)
        var result = ""
        var rest = text[...]
        while let mark = rest.firstIndex(of: "&") {
            result += rest[..<mark]
            rest = rest[mark...]
            guard let end = rest.prefix(12).firstIndex(of: ";") else {
                result.append("&")
                rest = rest.dropFirst()
                continue
            }
            let entity = rest[rest.index(after: mark)..<end]
            result += XMLText.scalar(Array(entity.utf8)[...]).map { String($0) } ?? String(rest[...end])
            rest = rest[rest.index(after: end)...]
        }
        result += rest
        return XMLText.trimmed(result)
    }
}
