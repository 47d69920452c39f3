/// The packs of ST 0601. Locations are WGS 84, heights above its ellipsoid.
extension ST0601 {
    /// Item 122. A country not known has length zero; unknown ones at the end are left out.
    static let countryCodes = ItemForm.pack(
        [
            .init(1, "codingMethod", .measured(.count)),
            .init(2, "overflightCountry", .measured(.text(limit: 127))),
            .init(3, "operatorCountry", .measured(.text(limit: 127))),
            .init(4, "countryOfManufacture", .measured(.text(limit: 127))),
        ], ends: [2, 3, 4])

    /// Item 128. Ids from 21 on are the sender's own; item 121 refers to them.
    static let wavelengths = ItemForm.packs(
        [
            .init(1, "wavelengthID", .identifier),
            .init(2, "minimum", "nm", .imapb(0, 1e9, bytes: 4, limit: 4)),
            .init(3, "maximum", "nm", .imapb(0, 1e9, bytes: 4, limit: 4)),
            .init(4, "name", .text(limit: 127)),
        ], ends: [4])

    /// Item 130. A recovery location left out is that of the take-off; one of length zero is unknown.
    static let airbases = ItemForm.pack(
        [
            .init(1, "takeoffLocation", .measured(.pack(location(from: 1), ends: [2, 3]))),
            .init(2, "recoveryLocation", .measured(.pack(location(from: 1), ends: [2, 3]))),
        ], ends: [1, 2])

    /// Item 138. Types: 0 electro-optical, 1 lidar, 2 radar, 3 SIGINT, 4 SAR.
    static let payloads = ItemForm.pack(
        [
            .init(1, "payloadCount", .identifier),
            .init(
                2, "payloadSeries",
                .packs(
                    [
                        .init(1, "payloadID", .identifier), .init(2, "payloadType", .identifier),
                        .init(3, "payloadName", .measured(.text(limit: 127))),
                    ], ends: [3])),
        ], ends: [1, 2])

    /// Item 140.
    static let weapons = ItemForm.packs(
        [
            .init(1, "stationID", .identifier), .init(2, "hardpointID", .identifier),
            .init(3, "carriageID", .identifier), .init(4, "storeID", .identifier),
            .init(
                5, "status",
                .bits(
                    [
                        .init("generalStatus", 0, width: 8), .init("fuzeEnabled", 8), .init("laserEnabled", 9),
                        .init("targetEnabled", 10), .init("weaponArmed", 11),
                    ], bytes: nil)),
            .init(6, "weaponType", .measured(.text(limit: 127))),
        ], ends: [6])

    /// Item 141. Order: 1 is next, negative ones are past, 32 767 is cancelled. Mode 1 is manual, source 1 is ad hoc.
    static let waypoints = ItemForm.packs(
        [
            .init(1, "waypointID", .identifier), .init(2, "prosecutionOrder", .signed(bytes: 2)),
            .init(3, "info", .bits([.init("manualMode", 0), .init("adHocSource", 1)], bytes: nil)),
        ] + location(from: 4), ends: [3, 5, 6])

    /// Item 142: where the sensor can look, from a start over a range; relative to the platform, as items 18–20.
    static let viewDomain = ItemForm.pack(
        [
            .init(1, "azimuth", .measured(sector(0, 360))), .init(2, "elevation", .measured(sector(-180, 180))),
            .init(3, "roll", .measured(sector(0, 360))),
        ], ends: [1, 2, 3])

    /// Item 143. The UUID is there when the local id is 0.
    static let substreamID = ItemForm.pack([.init(1, "localID", .identifier), .init(2, "uuid", .uuid)], ends: [1, 2])

    private static func location(from tag: Int) -> [ItemDefinition] {
        [
            .init(tag, "latitude", "deg", .imapb(-90, 90, bytes: 4, limit: 4)),
            .init(tag + 1, "longitude", "deg", .imapb(-180, 180, bytes: 4, limit: 4)),
            .init(tag + 2, "heightAboveEllipsoid", "m", .imapb(-900, 9000, bytes: 3, limit: 3)),
        ]
    }

    private static func sector(_ low: Double, _ high: Double) -> ItemForm {
        .halves([
            .init(1, "start", "deg", .imapb(low, high, bytes: 3, limit: 8)),
            .init(2, "range", "deg", .imapb(0, 360, bytes: 3, limit: 8)),
        ])
    }
}
