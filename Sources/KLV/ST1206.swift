/// SAR Motion Imagery Local Set (MISB ST 1206.1), nested in ST 0601 item 95 or standalone. Directions are clockwise
/// from true north but for item 12.
enum ST1206 {
    static let table = LocalSetTable([
        .init(1, "grazingAngle", "deg", quarter),
        .init(2, "groundPlaneSquintAngle", "deg", squint),
        // 0 left, 1 right of the velocity.
        .init(3, "lookDirection", .unsigned(bytes: 1)),
        // 0 slant, 1 ground, 2 other.
        .init(4, "imagePlane", .unsigned(bytes: 1)),
        .init(5, "rangeResolution", "m", million),
        .init(6, "crossRangeResolution", "m", million),
        .init(7, "rangeImagePlanePixelSize", "m", million),
        .init(8, "crossRangeImagePlanePixelSize", "m", million),
        .init(9, "imageRows", "px", .unsigned(bytes: 2)),
        .init(10, "imageColumns", "px", .unsigned(bytes: 2)),
        .init(11, "rangeDirectionAngle", "deg", circle),
        // Of true north, from the top edge of the picture.
        .init(12, "trueNorthDirection", "deg", circle),
        .init(13, "rangeLayoverAngle", "deg", circle),
        .init(14, "groundApertureAngularExtent", "deg", quarter),
        .init(15, "apertureDuration", "us", .unsigned(bytes: 4)),
        .init(16, "groundTrackAngle", "deg", circle),
        .init(17, "minimumDetectableVelocity", "m/s", .imapb(0, 100, bytes: 2, limit: 8)),
        .init(18, "truePulseRepetitionFrequency", "Hz", million),
        .init(19, "pulseRepetitionFrequencyScaleFactor", .imapb(0, 1, bytes: 2, limit: 8)),
        .init(20, "transmitRFCenterFrequency", "Hz", .imapb(0, 1e12, bytes: 4, limit: 8)),
        .init(21, "transmitRFBandwidth", "Hz", .imapb(0, 1e11, bytes: 4, limit: 8)),
        .init(22, "radarCrossSectionScaleFactorPolynomial", .array([.init(1, "coefficient", million)])),
        .init(23, "referenceFramePrecisionTimeStamp", "us", .unsigned(bytes: 8)),
        .init(24, "referenceFrameGrazingAngle", "deg", quarter),
        .init(25, "referenceFrameGroundPlaneSquintAngle", "deg", squint),
        .init(26, "referenceFrameRangeDirectionAngle", "deg", circle),
        .init(27, "referenceFrameRangeLayoverAngle", "deg", circle),
        .init(28, "documentVersion", .unsigned(bytes: 1)),
    ])

    private static let quarter = ItemForm.imapb(0, 90, bytes: 2, limit: 8)
    private static let squint = ItemForm.imapb(-90, 90, bytes: 2, limit: 8)
    private static let circle = ItemForm.imapb(0, 360, bytes: 2, limit: 8)
    private static let million = ItemForm.imapb(0, 1e6, bytes: 4, limit: 8)
}
