/// Geo-Registration Local Set (MISB ST 1601.1), nested in ST 0601 item 98. Tie points are columns of arrays.
enum ST1601 {
    static let table = LocalSetTable([
        .init(1, "documentVersion", .count),
        .init(2, "algorithmName", .text(limit: 1024)),
        .init(3, "algorithmVersion", .text(limit: 1024)),
        .init(
            4, "correspondencePointsRowColumnSeries",
            .array([
                .init(1, "row", "px", .count), .init(2, "column", "px", .count),
                .init(3, "secondImageRow", "px", .count), .init(4, "secondImageColumn", "px", .count),
            ])),
        .init(
            5, "correspondencePointsLatitudeLongitudeSeries",
            .array([.init(1, "latitude", "deg", .real(bytes: 8)), .init(2, "longitude", "deg", .real(bytes: 8))])),
        .init(6, "secondImageName", .text(limit: 1024)),
        .init(7, "algorithmConfigurationIdentifier", .uuid),
        .init(8, "correspondencePointsElevationSeries", .array([.init(1, "elevation", "m", .real(bytes: 4))])),
        .init(
            9, "correspondencePointsRowColumnSDCCSeries",
            .array([
                .init(1, "sigmaRow", "px", pixels), .init(2, "sigmaColumn", "px", pixels),
                .init(3, "rhoRowColumn", rho), .init(4, "sigmaSecondImageRow", "px", pixels),
                .init(5, "sigmaSecondImageColumn", "px", pixels), .init(6, "rhoSecondImageRowColumn", rho),
            ])),
        .init(
            10, "correspondencePointsLatitudeLongitudeElevationSDCCSeries",
            .array([
                .init(1, "sigmaLatitude", "m", metres(650)), .init(2, "sigmaLongitude", "m", metres(650)),
                .init(3, "rhoLatitudeLongitude", rho), .init(4, "sigmaElevation", "m", metres(1000)),
                .init(5, "rhoLatitudeElevation", rho), .init(6, "rhoLongitudeElevation", rho),
            ])),
    ])

    private static let pixels = ItemForm.imapb(0, 100, bytes: 3, limit: 8)
    private static let rho = ItemForm.imapb(-1, 1, bytes: 3, limit: 8)

    private static func metres(_ high: Double) -> ItemForm { .imapb(0, high, bytes: 3, limit: 8) }
}
