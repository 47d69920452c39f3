/// Video Moving Target Indicator metadata (MISB ST 0903.6), nested in ST 0601 item 74 or standalone.
public enum ST0903 {
    /// Item 4 of what is encoded here.
    public static let version: UInt64 = 6

    /// A standalone packet: key, length, item 2 first, the others in the order given, checksum last. Item 2 is required.
    public static func encode(_ items: [LocalSetItem]) throws(KLVError) -> [UInt8] {
        try LocalSetEncoder.packet(.st0903, .vmti, items)
    }

    /// The value of VTarget item 17: degrees WGS 84, metres above the ellipsoid, one-sigma errors in metres.
    public static func location(
        latitude: Double, longitude: Double, height: Double, sigma: (east: Double, north: Double, up: Double)? = nil
    ) -> LocalSetValue {
        var fields = [
            LocalSetItem(1, .real(latitude)), LocalSetItem(2, .real(longitude)), LocalSetItem(3, .real(height)),
        ]
        if let sigma {
            fields += [
                LocalSetItem(4, .real(sigma.east)), LocalSetItem(5, .real(sigma.north)),
                LocalSetItem(6, .real(sigma.up)),
            ]
        }
        return .set(fields)
    }

    static let vmti = LocalSetTable([
        .init(1, "checksum", .unsigned(bytes: 2)),
        .init(2, "precisionTimeStamp", "us", .unsigned(bytes: 8)),
        .init(3, "systemName", .text(limit: 127)),
        .init(4, "version", .count),
        .init(5, "totalTargetsDetected", .count),
        .init(6, "targetsReported", .count),
        .init(7, "frameNumber", .count),
        .init(8, "frameWidth", "px", .count),
        .init(9, "frameHeight", "px", .count),
        .init(10, "sourceSensor", .text(limit: 127)),
        .init(11, "horizontalFieldOfView", "deg", fieldOfView, legacy: .linear(bytes: 2, 0, 180)),
        .init(12, "verticalFieldOfView", "deg", fieldOfView, legacy: .linear(bytes: 2, 0, 180)),
        .init(13, "miisID", .coreIdentifier),
        .init(101, "vTargetSeries", .targets),
        .init(102, "algorithmSeries", .sets(.algorithm)),
        .init(103, "ontologySeries", .sets(.ontology)),
    ])

    static let vTarget = LocalSetTable([
        // Pixel numbers count from 1 along the rows: (row − 1) × frame width + column.
        .init(1, "centroidPixel", .count),
        .init(2, "boundingBoxTopLeftPixel", .count),
        .init(3, "boundingBoxBottomRightPixel", .count),
        // 1 is the highest.
        .init(4, "priority", .unsigned(bytes: 1)),
        .init(5, "confidenceLevel", "%", .unsigned(bytes: 1)),
        .init(6, "history", .unsigned(bytes: 2)),
        .init(7, "percentageOfTargetPixels", "%", .unsigned(bytes: 1)),
        .init(8, "color", .pack(colorFields, ends: [3])),
        .init(9, "intensity", .count),
        // Offsets are from the frame centre of the enclosing ST 0601 packet.
        .init(10, "latitudeOffset", "deg", offset, legacy: .offset(19.2)),
        .init(11, "longitudeOffset", "deg", offset, legacy: .offset(19.2)),
        .init(12, "heightAboveEllipsoid", "m", height, legacy: legacyHeight),
        .init(13, "boundingBoxTopLeftLatitudeOffset", "deg", offset, legacy: .offset(19.2)),
        .init(14, "boundingBoxTopLeftLongitudeOffset", "deg", offset, legacy: .offset(19.2)),
        .init(15, "boundingBoxBottomRightLatitudeOffset", "deg", offset, legacy: .offset(19.2)),
        .init(16, "boundingBoxBottomRightLongitudeOffset", "deg", offset, legacy: .offset(19.2)),
        .init(17, "location", .pack(location, ends: [3, 6, 9]), legacy: .pack(legacyLocation, ends: [3, 6, 9])),
        .init(
            18, "contourSeries", .packs(location, ends: [3, 6, 9]), legacy: .packs(legacyLocation, ends: [3, 6, 9])),
        .init(19, "centroidRow", .count),
        .init(20, "centroidColumn", .count),
        .init(21, "fpaIndex", .pack(fpaFields, ends: [2])),
        .init(22, "algorithmID", .count),
        // 0 inactive, 1 active moving, 2 dropped, 3 active stopped, 4 active coasting.
        .init(23, "detectionStatus", .unsigned(bytes: 1)),
        .init(101, "vMask", .set(.vMask)),
        .init(102, "vObject", .set(.vObject)),
        .init(103, "vFeature", .set(.vFeature)),
        .init(104, "vTracker", .set(.vTracker)),
        .init(105, "vChip", .set(.vChip)),
        .init(106, "vChipSeries", .sets(.vChip)),
        .init(107, "vObjectSeries", .sets(.vObject)),
    ])

    private static let fieldOfView = ItemForm.imapb(0, 180, bytes: 2, limit: 8)
    private static let offset = ItemForm.imapb(-19.2, 19.2, bytes: 3, limit: 8)
    private static let height = ItemForm.imapb(-900, 19_000, bytes: 2, limit: 8)
    private static let legacyHeight = ItemForm.linear(bytes: 2, -900, 19_000)

    private static let colorFields: [ItemDefinition] = [
        .init(1, "red", .unsigned(bytes: 1)), .init(2, "green", .unsigned(bytes: 1)),
        .init(3, "blue", .unsigned(bytes: 1)),
    ]

    private static let fpaFields: [ItemDefinition] = [
        .init(1, "row", .unsigned(bytes: 1)), .init(2, "column", .unsigned(bytes: 1)),
    ]

    static let location: [ItemDefinition] =
        [
            .init(1, "latitude", "deg", .imapb(-90, 90, bytes: 4, limit: 4)),
            .init(2, "longitude", "deg", .imapb(-180, 180, bytes: 4, limit: 4)),
            .init(3, "heightAboveEllipsoid", "m", .imapb(-900, 19_000, bytes: 2, limit: 2)),
        ] + errors("m")

    static let legacyLocation: [ItemDefinition] =
        [
            .init(1, "latitude", "deg", .linear(bytes: 4, -90, 90)),
            .init(2, "longitude", "deg", .linear(bytes: 4, -180, 180)),
            .init(3, "heightAboveEllipsoid", "m", legacyHeight),
        ] + legacyErrors("m")

    /// One-sigma errors of a pack's east, north and up, then their correlations.
    static func errors(_ unit: String) -> [ItemDefinition] {
        errors(
            unit, sigma: .imapb(0, 650, bytes: 2, limit: 2), rho: .imapb(-1, 1, bytes: 2, limit: 2))
    }

    static func legacyErrors(_ unit: String) -> [ItemDefinition] {
        errors(unit, sigma: .linear(bytes: 2, 0, 650), rho: .linear(bytes: 2, -1, 1))
    }

    private static func errors(_ unit: String, sigma: ItemForm, rho: ItemForm) -> [ItemDefinition] {
        [
            .init(4, "sigmaEast", unit, sigma), .init(5, "sigmaNorth", unit, sigma), .init(6, "sigmaUp", unit, sigma),
            .init(7, "rhoEastNorth", rho), .init(8, "rhoEastUp", rho), .init(9, "rhoNorthUp", rho),
        ]
    }
}
