/// The namespaces bound to prefixes, by element.
struct XMLNamespaces: Sendable {
    static let limit = 256
    private static let xml = "http://www.w3.org/XML/1998/namespace"

    private var bindings: [(prefix: String, uri: String)] = []
    /// How many bindings there were before each open element.
    private var marks: [Int] = []

    /// Opens an element that declares these; false when there are too many.
    mutating func open(_ declared: [(prefix: String, uri: String)]) -> Bool {
        guard bindings.count + declared.count <= Self.limit else { return false }
        marks.append(bindings.count)
        bindings.append(contentsOf: declared)
        return true
    }

    mutating func close() {
        guard let mark = marks.popLast() else { return }
        bindings.removeLast(bindings.count - mark)
    }

    mutating func clear() {
        bindings = []
        marks = []
    }

    /// The name of an element; without a prefix it is in the default namespace.
    func element(_ qualified: Substring) -> XMLName {
        guard let colon = qualified.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            return XMLName(namespace: uri(""), local: String(qualified))
        }
        return prefixed(qualified, colon)
    }

    /// The name of an attribute; without a prefix it is in no namespace.
    func attribute(_ qualified: Substring) -> XMLName {
        guard let colon = qualified.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            return XMLName(namespace: nil, local: String(qualified))
        }
        return prefixed(qualified, colon)
    }

    private func prefixed(_ qualified: Substring, _ colon: Substring.Index) -> XMLName {
        let prefix = qualified[..<colon]
        let local = String(qualified[qualified.utf8.index(after: colon)...])
        return XMLName(namespace: prefix == "xml" ? Self.xml : uri(prefix), local: local)
    }

    private func uri(_ prefix: Substring) -> String? {
        guard let found = bindings.last(where: { $0.prefix == prefix }), !found.uri.isEmpty else { return nil }
        return found.uri
    }
}
