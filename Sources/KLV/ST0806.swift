/// Remote Video Terminal Local Set (MISB ST 0806.4), nested in ST 0601 item 73 or standalone.
enum ST0806 {
    static let table = LocalSetTable([
        .init(1, "crc32", .unsigned(bytes: 4)),
        .init(2, "userDefinedTimeStamp", "us", .unsigned(bytes: 8)),
        .init(3, "platformTrueAirspeed", "m/s", .unsigned(bytes: 2)),
        .init(4, "platformIndicatedAirspeed", "m/s", .unsigned(bytes: 2)),
        // Reserved for future use.
        .init(5, "telemetryAccuracyIndicator", .unsigned(bytes: 1)),
        .init(6, "fragCircleRadius", "m", .unsigned(bytes: 2)),
        // Counts at 60 Hz.
        .init(7, "frameCode", .unsigned(bytes: 4)),
        .init(8, "uasLSVersionNumber", .unsigned(bytes: 1)),
        // Hz where the video is analogue.
        .init(9, "videoDataRate", "bit/s", .unsigned(bytes: 4)),
        .init(10, "digitalVideoFileFormat", .text(limit: 127)),
        // 11 to 13 may repeat.
        .init(11, "userDefinedLocalSet", .set(.rvtUserDefined)),
        .init(12, "pointOfInterestLocalSet", .set(.pointOfInterest)),
        .init(13, "areaOfInterestLocalSet", .set(.areaOfInterest)),
        .init(14, "mgrsZone", .unsigned(bytes: 1)),
        .init(15, "mgrsLatitudeBandAndGridSquare", .text(limit: 3)),
        .init(16, "mgrsEasting", "m", .unsigned(bytes: 3)),
        .init(17, "mgrsNorthing", "m", .unsigned(bytes: 3)),
        .init(18, "frameCenterMGRSZone", .unsigned(bytes: 1)),
        .init(19, "frameCenterMGRSLatitudeBandAndGridSquare", .text(limit: 3)),
        .init(20, "frameCenterMGRSEasting", "m", .unsigned(bytes: 3)),
        .init(21, "frameCenterMGRSNorthing", "m", .unsigned(bytes: 3)),
    ])

    static let userDefined = LocalSetTable([
        // Types: 0 text, 1 signed, 2 unsigned, 3 experimental.
        .init(
            1, "numericIDForDataType",
            .bits([.init("numericID", 0, width: 6), .init("dataType", 6, width: 2)], bytes: 1)),
        .init(2, "userData", .userData),
    ])

    static let pointOfInterest = LocalSetTable([
        .init(1, "poiNumber", .unsigned(bytes: 2)),
        .init(2, "poiLatitude", "deg", .symmetric(bytes: 4, 90, special: .reserved)),
        .init(3, "poiLongitude", "deg", .symmetric(bytes: 4, 180, special: .reserved)),
        // Above the geoid.
        .init(4, "poiAltitude", "m", .linear(bytes: 2, -900, 19_000)),
        // 1 friendly, 2 hostile, 3 target, 4 unknown.
        .init(5, "poiType", .unsigned(bytes: 1)),
        .init(6, "poiText", .text(limit: 2048)),
        .init(7, "poiSourceIcon", .text(limit: 127)),
        .init(8, "poiSourceID", .text(limit: 255)),
        .init(9, "poiLabel", .text(limit: 16)),
        .init(10, "operationID", .text(limit: 127)),
    ])

    /// Point 1 is the north-west corner, point 3 the south-east one.
    static let areaOfInterest = LocalSetTable([
        .init(1, "aoiNumber", .unsigned(bytes: 2)),
        .init(2, "cornerLatitudePoint1", "deg", .symmetric(bytes: 4, 90, special: .reserved)),
        .init(3, "cornerLongitudePoint1", "deg", .symmetric(bytes: 4, 180, special: .reserved)),
        .init(4, "cornerLatitudePoint3", "deg", .symmetric(bytes: 4, 90, special: .reserved)),
        .init(5, "cornerLongitudePoint3", "deg", .symmetric(bytes: 4, 180, special: .reserved)),
        .init(6, "aoiType", .unsigned(bytes: 1)),
        .init(7, "aoiText", .text(limit: 2048)),
        .init(8, "aoiSourceID", .text(limit: 255)),
        .init(9, "aoiLabel", .text(limit: 16)),
        .init(10, "operationID", .text(limit: 127)),
    ])
}
