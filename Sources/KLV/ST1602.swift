/// Composite Imaging Local Set (MISB ST 1602.1), nested in ST 0601 item 99. Positions are from the top left corner.
enum ST1602 {
    static let table = LocalSetTable([
        .init(1, "precisionTimeStamp", "us", .unsigned(bytes: 8)),
        .init(2, "documentVersion", .identifier),
        .init(3, "sourceImageRows", "px", .count),
        .init(4, "sourceImageColumns", "px", .count),
        .init(5, "sourceImageAOIRows", "px", .count),
        .init(6, "sourceImageAOIColumns", "px", .count),
        .init(7, "sourceImageAOIPositionX", "px", .signedCount),
        .init(8, "sourceImageAOIPositionY", "px", .signedCount),
        .init(9, "subImageRows", "px", .count),
        .init(10, "subImageColumns", "px", .count),
        .init(11, "subImagePositionX", "px", .signedCount),
        .init(12, "subImagePositionY", "px", .signedCount),
        .init(13, "activeSubImageRows", "px", .count),
        .init(14, "activeSubImageColumns", "px", .count),
        .init(15, "activeSubImageOffsetX", "px", .signedCount),
        .init(16, "activeSubImageOffsetY", "px", .signedCount),
        // 0 opaque, 255 transparent.
        .init(17, "transparency", .unsigned(bytes: 1)),
        // 0 is the bottom.
        .init(18, "zOrder", .unsigned(bytes: 1)),
    ])
}
