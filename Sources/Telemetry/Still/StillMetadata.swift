import Inspection

/// What the application segments of one still picture say: EXIF and XMP.
public struct StillMetadata: Sendable {
    /// Header bytes looked at; what lies beyond is not.
    public static let headerLimit = 4 << 20

    let exif: EXIFBlock?
    let properties: [XMPPacket.Property]
    /// Pixels, of the frame header.
    let size: (width: Int, height: Int)?
    /// The bytes given end before the picture itself begins.
    public let isCut: Bool
    private let values: [String: String]

    /// Of the bytes from SOI to the first scan, as they stand in the file. Nil when they are no JPEG.
    public init?(header: [UInt8]) {
        let bytes = header.count > Self.headerLimit ? Array(header.prefix(Self.headerLimit)) : header
        guard let segments = JPEGSegments(bytes) else { return nil }
        exif = segments.exif.flatMap { EXIFBlock($0) }
        properties = segments.xmp.prefix(8).flatMap { XMPPacket($0).properties }
        size = segments.size
        isCut = segments.isCut
        values = Dictionary(properties.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// Nil when it says nothing.
    public var time: StillTime? { StillTime(self) }

    /// True when there is neither EXIF nor XMP.
    public var isEmpty: Bool { properties.isEmpty && (exif?.values.isEmpty ?? true) }

    /// The value of an XMP property.
    subscript(name: String) -> String? { values[name] }

    /// The number of an XMP property: `+12.30`, `-0.5`, `12.3 m`.
    func number(_ names: String...) -> Double? {
        for name in names {
            if let text = values[name], let number = Self.number(text) { return number }
        }
        return nil
    }

    func text(_ directory: EXIFBlock.Directory, _ tag: Int) -> String? { exif?.text(directory, tag) }

    /// The first word of `text` as a finite number, its sign with it.
    static func number(_ text: String) -> Double? {
        guard let word = text.split(whereSeparator: { $0 == " " || $0 == "\t" }).first else { return nil }
        return Double(decimal: word.first == "+" ? word.dropFirst() : word)
    }
}
