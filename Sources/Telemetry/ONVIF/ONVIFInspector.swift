/// Decodes the ONVIF scene descriptions of a file for `flyonce inspect`.
public struct ONVIFInspector: Sendable {
    /// Bytes that ``isScene(_:)`` looks at.
    public static let probe = 4096

    private var reader = ONVIFReader()
    /// `documents`, `frames`, `objects`, `events`, `documents_refused_malformed`, `boxes_cut`, …
    public private(set) var counters: [String: Int64] = [:]

    public init() {}

    /// True when a file that begins with these bytes is XML of an ONVIF metadata stream, or would be, were it not in UTF-16
    /// or begun by a document type definition: what reads it then says why it is refused.
    public static func isScene(_ head: [UInt8]) -> Bool {
        let start = head.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        if XMLText.isWide(head) { return isNamed(head.prefix(probe).filter { $0 != 0 }) }
        let text = head.prefix(probe)[start...].drop { XMLText.isBlank($0) || $0 == 0 }
        guard text.first == UInt8(ascii: "<") else { return false }
        var scanner = XMLScanner()
        var isFound = false
        var hasDefinition = false
        scanner.read(Array(text)) { event in
            if case .fault(.dtd) = event { hasDefinition = true }
            guard case .start(let element) = event else { return }
            let isSchema = element.name.namespace?.contains("www.onvif.org/ver10/schema") ?? false
            let isStream = element.name.local.lowercased() == "metadatastream"
            isFound = isFound || isStream || (isSchema && element.name.local == "Frame")
        }
        return isFound || (hasDefinition && isNamed(text))
    }

    /// The root's name, or that of its namespace, stands somewhere in it.
    private static func isNamed(_ text: some Collection<UInt8>) -> Bool {
        let lowered = String(decoding: text, as: UTF8.self).lowercased()
        return lowered.contains("metadatastream") || lowered.contains("www.onvif.org/ver10/schema")
    }

    public mutating func read(_ bytes: [UInt8], emit: (ObjectsLine) -> Void) {
        var names: [String] = []
        let readings = reader.read(bytes, isUnit: false) { names.append($0) }
        give(readings, names, emit)
    }

    public mutating func finish(emit: (ObjectsLine) -> Void) {
        var names: [String] = []
        let readings = reader.finish { names.append($0) }
        give(readings, names, emit)
    }

    private mutating func give(_ readings: [MetadataReading], _ names: [String], _ emit: (ObjectsLine) -> Void) {
        for name in names { counters[name, default: 0] += 1 }
        for line in readings.compactMap({ ObjectsLine(dialect: "onvif", $0) }) { emit(line) }
    }
}
