public import Geodesy

/// A file of areas, and what they are.
public struct AreaSource: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Frames that touch one leave a count and nothing else.
        case noRecord = "no_record"
        /// Detections inside one are withheld and counted.
        case noAlert = "no_alert"
        /// Cells of a management grid, known by their code.
        case grid
        case district, settlement, school, site, mine, quarry
        case river, lake, reservoir
        case waterSource = "water_source"
        case redLine = "red_line"
        case farmland, forest, road, railway
        case powerLine = "power_line"
        case other
    }

    /// What rules may call all of its areas.
    public var name: String
    public var file: String
    public var kind: Kind
    public var system: Datum
    /// Metres around an area that still touch it, for `no_record` and `no_alert`; of points the radius.
    public var margin: Double
    /// The property of a feature that names it; nil takes `name`, `NAME`, `Name` or `名称`.
    public var nameProperty: String?
    /// The property that is its code; nil takes `code`, `CODE`, `编码`, `网格编码` or `id`, else the feature's id.
    public var codeProperty: String?

    public init(
        name: String, file: String, kind: Kind, system: Datum = .wgs84, margin: Double = 0,
        nameProperty: String? = nil, codeProperty: String? = nil
    ) {
        self.name = name
        self.file = file
        self.kind = kind
        self.system = system
        self.margin = margin
        self.nameProperty = nameProperty
        self.codeProperty = codeProperty
    }
}
