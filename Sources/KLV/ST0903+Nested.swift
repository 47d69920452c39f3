/// The sets nested in a VTarget pack, and the two series beside the targets.
extension ST0903 {
    static let vMask = LocalSetTable([
        .init(1, "pixelContour", .counts(name: "pixelNumber")),
        .init(2, "bitMaskSeries", .pixelRuns),
    ])

    static let vObject = LocalSetTable([
        // 1 and 2 before ST 0903.6.
        .init(1, "ontology", .text(limit: 1024)),
        .init(2, "ontologyClass", .text(limit: 1024)),
        // Refers to the ontology series.
        .init(3, "ontologyID", .count),
        .init(4, "confidence", "%", .imapb(0, 100, bytes: 2, limit: 3)),
        .init(5, "vFeatureSeries", .sets(.vFeature)),
    ])

    static let vFeature = LocalSetTable([
        // 1 and 2 before ST 0903.6.
        .init(1, "schema", .text(limit: 1024)),
        .init(2, "schemaFeature", .text(limit: 65_535)),
        .init(3, "ontologyID", .count),
        .init(4, "confidence", "%", .imapb(0, 100, bytes: 2, limit: 3)),
    ])

    static let vTracker = LocalSetTable([
        .init(1, "trackID", .uuid),
        .init(2, "detectionStatus", .unsigned(bytes: 1)),
        .init(3, "firstObservationTime", "us", .unsigned(bytes: 8)),
        .init(4, "latestObservationTime", "us", .unsigned(bytes: 8)),
        .init(5, "trackBoundarySeries", .packs(location, ends: ends), legacy: .packs(legacyLocation, ends: ends)),
        .init(6, "algorithm", .text(limit: 1024)),
        .init(7, "confidenceLevel", "%", .unsigned(bytes: 1)),
        .init(8, "numberOfTrackPoints", .count),
        .init(9, "trackHistorySeries", .packs(location, ends: ends), legacy: .packs(legacyLocation, ends: ends)),
        .init(10, "velocity", vector("m/s"), legacy: legacyVector("m/s")),
        .init(11, "acceleration", vector("m/s2"), legacy: legacyVector("m/s2")),
        .init(12, "algorithmID", .count),
    ])

    static let vChip = LocalSetTable([
        // jpeg or png.
        .init(1, "imageType", .text(limit: 127)),
        .init(2, "imageIRI", .text(limit: 4096)),
        .init(3, "embeddedImage", .bytes),
    ])

    static let algorithm = LocalSetTable([
        .init(1, "id", .count),
        .init(2, "name", .text(limit: 1024)),
        .init(3, "version", .text(limit: 1024)),
        .init(4, "class", .text(limit: 1024)),
        .init(5, "numberOfFrames", .count),
    ])

    static let ontology = LocalSetTable([
        .init(1, "id", .count),
        .init(2, "parentID", .count),
        .init(3, "ontologyIRI", .text(limit: 4096)),
        // A class name in ST 0903.5, an absolute IRI in .6.
        .init(4, "entityIRI", .text(limit: 4096)),
        .init(5, "versionIRI", .text(limit: 4096)),
        .init(6, "label", .text(limit: 4096)),
    ])

    private static let ends = [3, 6, 9]

    /// East, north, up.
    private static func vector(_ unit: String) -> ItemForm {
        let axis = ItemForm.imapb(-900, 900, bytes: 2, limit: 2)
        return .pack(axes(unit, axis) + errors(unit), ends: ends)
    }

    private static func legacyVector(_ unit: String) -> ItemForm {
        .pack(axes(unit, .linear(bytes: 2, -900, 900)) + legacyErrors(unit), ends: ends)
    }

    private static func axes(_ unit: String, _ form: ItemForm) -> [ItemDefinition] {
        [.init(1, "east", unit, form), .init(2, "north", unit, form), .init(3, "up", unit, form)]
    }
}
