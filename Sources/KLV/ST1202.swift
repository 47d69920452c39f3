/// Generalized Transformation Local Set (MISB ST 1202.2), nested in ST 1002 item 19:
/// x' = (A x + B y + C) / (G x + H y + 1), y' = (D x + E y + F) / (G x + H y + 1).
enum ST1202 {
    static let table = LocalSetTable([
        .init(1, "xNumeratorXFactor", .real(bytes: 4)),
        .init(2, "xNumeratorYFactor", .real(bytes: 4)),
        .init(3, "xNumeratorConstant", .real(bytes: 4)),
        .init(4, "yNumeratorXFactor", .real(bytes: 4)),
        .init(5, "yNumeratorYFactor", .real(bytes: 4)),
        .init(6, "yNumeratorConstant", .real(bytes: 4)),
        .init(7, "denominatorXFactor", .real(bytes: 4)),
        .init(8, "denominatorYFactor", .real(bytes: 4)),
        .init(9, "sdccFLP", .deviations),
        .init(10, "documentVersion", .unsigned(bytes: 1)),
        // 0 not defined, 1 chipping, 2 child to parent, 3 pixel to image space, 4 optical.
        .init(11, "transformationType", .unsigned(bytes: 1)),
    ])
}
