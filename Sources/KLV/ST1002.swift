/// Range Image Local Set (MISB ST 1002.2), nested in ST 0601 item 97.
enum ST1002 {
    static let table = LocalSetTable([
        .init(1, "precisionTimeStamp", "us", .unsigned(bytes: 8)),
        .init(11, "documentVersion", .identifier),
        // Compression: 0 none, 1 planar fit. Type: 0 perspective, 1 depth. Source: 0 computed, 1 range sensor.
        .init(
            12, "rangeImageEnumerations",
            .bits(
                [.init("compressionMethod", 0, width: 3), .init("dataType", 3, width: 3), .init("source", 6)],
                bytes: nil)),
        .init(13, "singlePointRangeMeasurement", "m", .real(bytes: 8)),
        .init(14, "singlePointRangeMeasurementUncertainty", "m", .real(bytes: 8)),
        .init(15, "singlePointRangeMeasurementRow", "px", .real(bytes: 8)),
        .init(16, "singlePointRangeMeasurementColumn", "px", .real(bytes: 8)),
        .init(17, "numberOfSectionsInX", .identifier),
        .init(18, "numberOfSectionsInY", .identifier),
        .init(19, "generalizedTransformationLocalSet", .set(.transformation)),
        // May repeat.
        .init(20, "sectionData", section),
        .init(21, "crc16CCITT", .unsigned(bytes: 2)),
    ])

    private static let section = ItemForm.pack(
        [
            .init(1, "sectionNumberX", .measured(.identifier)), .init(2, "sectionNumberY", .measured(.identifier)),
            .init(3, "rangeMeasurementRowSeries", .measured(.array([.init(1, "range", "m", .real(bytes: 8))]))),
            .init(4, "uncertaintyRowSeries", .measured(.array([.init(1, "uncertainty", "m", .real(bytes: 8))]))),
            .init(5, "planeXScaleFactor", .measured(.real(bytes: 8))),
            .init(6, "planeYScaleFactor", .measured(.real(bytes: 8))),
            .init(7, "planeConstant", .measured(.real(bytes: 8))),
        ], ends: [3, 4, 5, 6, 7])
}
