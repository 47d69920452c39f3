/// Predator UAV universal set (MISB EG 0104.5): keys of 16 bytes in place of tags. An item has the tag of the ST 0601
/// item that holds the same quantity; those without one have tags from 1001.
enum EG0104 {
    /// By bytes 8–15 of the key. Byte 7 is the version of the dictionary, which does not tell keys apart.
    static let items: [UInt64: ItemDefinition] = [
        0x0702_0101_0105_0000: .init(2, "userDefinedTimeStamp", "us", .unsigned(bytes: 8)),
        0x0105_0500_0000_0000: .init(3, "episodeNumber", .text(limit: 127)),
        0x0701_1001_0600_0000: .init(5, "platformHeadingAngle", "deg", .real(bytes: 4)),
        0x0701_1001_0500_0000: .init(90, "platformPitchAngle", "deg", .real(bytes: 4)),
        0x0701_1001_0400_0000: .init(91, "platformRollAngle", "deg", .real(bytes: 4)),
        0x0101_2001_0000_0000: .init(10, "deviceDesignation", .text(limit: 127)),
        0x0420_0102_0101_0000: .init(11, "imageSourceDevice", .text(limit: 127)),
        0x0701_0101_0000_0000: .init(12, "imageCoordinateSystem", .text(limit: 127)),
        0x0701_0201_0204_0200: .init(13, "deviceLatitude", "deg", .real(bytes: 8)),
        0x0701_0201_0206_0200: .init(14, "deviceLongitude", "deg", .real(bytes: 8)),
        // Above the geoid, as the elevation below.
        0x0701_0201_0202_0000: .init(15, "deviceAltitude", "m", .real(bytes: 4)),
        0x0420_0201_0108_0000: .init(16, "fieldOfViewHorizontal", "deg", .real(bytes: 4)),
        0x0420_0201_010A_0100: .init(17, "fieldOfViewVertical", "deg", .real(bytes: 4)),
        0x0701_0801_0100_0000: .init(21, "slantRange", "m", .real(bytes: 4)),
        0x0701_0902_0100_0000: .init(22, "targetWidth", "m", .real(bytes: 4)),
        0x0701_0201_0302_0000: .init(23, "frameCenterLatitude", "deg", .real(bytes: 8)),
        0x0701_0201_0304_0000: .init(24, "frameCenterLongitude", "deg", .real(bytes: 8)),
        0x0701_0201_0316_0000: .init(25, "frameCenterElevation", "m", .real(bytes: 4)),
        0x0701_0201_0307_0100: .init(82, "cornerLatitudePoint1", "deg", .real(bytes: 8)),
        0x0701_0201_030B_0100: .init(83, "cornerLongitudePoint1", "deg", .real(bytes: 8)),
        0x0701_0201_0308_0100: .init(84, "cornerLatitudePoint2", "deg", .real(bytes: 8)),
        0x0701_0201_030C_0100: .init(85, "cornerLongitudePoint2", "deg", .real(bytes: 8)),
        0x0701_0201_0309_0100: .init(86, "cornerLatitudePoint3", "deg", .real(bytes: 8)),
        0x0701_0201_030D_0100: .init(87, "cornerLongitudePoint3", "deg", .real(bytes: 8)),
        0x0701_0201_030A_0100: .init(88, "cornerLatitudePoint4", "deg", .real(bytes: 8)),
        0x0701_0201_030E_0100: .init(89, "cornerLongitudePoint4", "deg", .real(bytes: 8)),
        0x0E01_0303_0200_0000: .init(48, "securityLocalSet", .set(.st0102)),
        // Of the line of sight, clockwise from true north: not the relative azimuth of ST 0601.
        0x0701_1001_0200_0000: .init(1001, "angleToNorth", "deg", .real(bytes: 4)),
        // Of the line of sight, 270 straight down, 180 forward: not the relative elevation of ST 0601.
        0x0701_1001_0300_0000: .init(1002, "obliquityAngle", "deg", .real(bytes: 4)),
        0x0701_1001_0100_0000: .init(1003, "sensorRollAngle", "deg", .real(bytes: 4)),
        // Both YYYYMMDDhhmmss, UTC, with or without a T.
        0x0702_0102_0101_0000: .init(1004, "startDateTimeUTC", .text(limit: 127)),
        0x0702_0102_0701_0000: .init(1005, "eventStartDateTimeUTC", .text(limit: 127)),
    ]

    /// The item whose key starts at `start`; nil when there is none such.
    static func definition(_ bytes: [UInt8], at start: Int) -> ItemDefinition? {
        guard start >= 0, bytes.count - start >= 16, bytes[start..<start + 4].elementsEqual(SetKind.prefix) else {
            return nil
        }
        return items[ByteCursor(bytes, start..<start + 16).unsigned(start + 8..<start + 16)]
    }
}
