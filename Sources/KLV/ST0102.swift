/// Security Metadata Local Set (MISB ST 0102.12), nested in ST 0601 item 48 or standalone.
public enum ST0102 {
    /// A standalone packet: key, length, items in the order given; no checksum.
    public static func encode(_ items: [LocalSetItem]) throws(KLVError) -> [UInt8] {
        try LocalSetEncoder.packet(.st0102, .st0102, items)
    }

    static let table = LocalSetTable([
        // 1 unclassified, 2 restricted, 3 confidential, 4 secret, 5 top secret.
        .init(1, "securityClassification", .unsigned(bytes: 1)),
        .init(2, "countryCodingMethod", .unsigned(bytes: 1)),
        .init(3, "classifyingCountry", .text(limit: 127)),
        .init(4, "sciShiInformation", .text(limit: 1000)),
        .init(5, "caveats", .text(limit: 1000)),
        .init(6, "releasingInstructions", .text(limit: 1000)),
        .init(7, "classifiedBy", .text(limit: 1000)),
        .init(8, "derivedFrom", .text(limit: 1000)),
        .init(9, "classificationReason", .text(limit: 1000)),
        // YYYYMMDD.
        .init(10, "declassificationDate", .text(limit: 127)),
        .init(11, "classificationAndMarkingSystem", .text(limit: 127)),
        .init(12, "objectCountryCodingMethod", .unsigned(bytes: 1)),
        .init(13, "objectCountryCodes", .wideText),
        .init(14, "classificationComments", .text(limit: 1000)),
        .init(22, "securityMetadataVersion", .unsigned(bytes: 2)),
        // YYYY-MM-DD.
        .init(23, "countryCodingMethodVersionDate", .text(limit: 127)),
        .init(24, "objectCountryCodingMethodVersionDate", .text(limit: 127)),
    ])
}
