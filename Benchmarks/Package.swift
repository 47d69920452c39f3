// swift-tools-version: 6.2
import PackageDescription

/// Its own package, so that building FlyOnce never builds its measurements.
let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "flyonce-bench", targets: ["flyonce-bench"])],
    dependencies: [.package(name: "FlyOnce", path: "..")],
    targets: [
        // An anchor: SQLite through its C interface, with nothing around it.
        .target(name: "RawSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        .executableTarget(
            name: "flyonce-bench",
            dependencies: [
                "RawSQLite",
                .product(name: "Geodesy", package: "FlyOnce"),
                .product(name: "Inspection", package: "FlyOnce"),
                .product(name: "TransportStream", package: "FlyOnce"),
                .product(name: "KLV", package: "FlyOnce"),
                .product(name: "Telemetry", package: "FlyOnce"),
                .product(name: "Expressions", package: "FlyOnce"),
                .product(name: "Rules", package: "FlyOnce"),
                .product(name: "Store", package: "FlyOnce"),
                .product(name: "Delivery", package: "FlyOnce"),
                .product(name: "Curl", package: "FlyOnce"),
                .product(name: "Findings", package: "FlyOnce"),
            ],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .strictMemorySafety(),
                .treatAllWarnings(as: .error),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
