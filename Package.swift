// swift-tools-version: 6.2
import PackageDescription

/// The checks every target of ours is built with.
let checks: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let collections: Target.Dependency = .product(name: "Collections", package: "swift-collections")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting: Target.Dependency = .product(name: "HummingbirdTesting", package: "hummingbird")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// A stage or one of its libraries. `uses` is the module table of docs/architecture.md; the tidy test holds both to it.
func module(_ name: String, _ uses: Target.Dependency..., resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: uses, resources: resources, swiftSettings: checks)
}

func tests(_ name: String, _ uses: Target.Dependency..., exclude: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.target(name: name)] + uses, exclude: exclude, swiftSettings: checks)
}

let package = Package(
    name: "FlyOnce",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "flyonce", targets: ["flyonce"]),
        .executable(name: "case-platform", targets: ["case-platform"]),
        // What the Benchmarks package measures.
        .library(name: "Geodesy", targets: ["Geodesy"]),
        .library(name: "Inspection", targets: ["Inspection"]),
        .library(name: "TransportStream", targets: ["TransportStream"]),
        .library(name: "KLV", targets: ["KLV"]),
        .library(name: "Expressions", targets: ["Expressions"]),
        .library(name: "Rules", targets: ["Rules"]),
        .library(name: "Store", targets: ["Store"]),
        .library(name: "Delivery", targets: ["Delivery"]),
        .library(name: "Curl", targets: ["Curl"]),
        .library(name: "Findings", targets: ["Findings"]),
        // What the Fuzz package drives.
        .library(name: "Telemetry", targets: ["Telemetry"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // What the journey is made of.
        module("Geodesy"),
        module("Inspection", "Geodesy"),

        // C libraries and their owners.
        .systemLibrary(
            name: "CGStreamer", pkgConfig: "gstreamer-app-1.0",
            providers: [.apt(["libgstreamer1.0-dev", "libgstreamer-plugins-base1.0-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        module("GStreamer", "CGStreamer"),
        module("Curl", "CCurl"),
        module("Mosquitto", "CMosquitto"),
        module("OpenSSL", "COpenSSL"),
        module("SQLite", grdb, grdbSQLite),

        // The journey, stage by stage.
        module("TransportStream"),
        module("KLV"),
        module("LocatedYAML", yams),
        module("Ingest", "Inspection", "Geodesy", "GStreamer", "Mosquitto", "TransportStream"),
        module("Telemetry", "Inspection", "Geodesy", "KLV", "TransportStream"),
        module("Geotagging", "Inspection", "Geodesy"),
        module("Expressions"),
        module("Rules", "Inspection", "Geodesy", "Expressions", "LocatedYAML"),
        module("Findings", "Inspection", "Geodesy"),
        module("Evidence", "Inspection", crypto),
        module("Store", "Inspection", "Geodesy", "SQLite", grdb),
        module("Delivery", "Inspection", "Geodesy", "Curl", "OpenSSL", "LocatedYAML", crypto),
        module(
            "API", "Inspection", "Geodesy", hummingbird,
            resources: [.embedInCode("Page/page.html"), .embedInCode("Page/page.css"), .embedInCode("Page/page.js")]),
        module("Settings", "Inspection", "LocatedYAML"),

        // What a run is tried against.
        module("FlightSimulator", "Inspection", "Geodesy", "GStreamer", "KLV", "LocatedYAML"),
        module("CasePlatform", hummingbird, crypto),
        .executableTarget(name: "case-platform", dependencies: ["CasePlatform", arguments], swiftSettings: checks),

        // Damaged streams by the thousand: `make fuzz`.
        .executableTarget(
            name: "stream-fuzz", dependencies: ["Ingest", "Inspection", "Telemetry"], path: "Tests/Proofs/StreamFuzz",
            swiftSettings: checks),

        // The deciding parts of keeping and forwarding, under a manual clock: `make torture`.
        .executableTarget(
            name: "delivery-simulation", dependencies: ["Delivery", "Store", "Inspection", "Geodesy", "Curl"],
            path: "Tests/Torture/Simulation", swiftSettings: checks),

        // The daemon and its commands.
        .executableTarget(
            name: "flyonce",
            dependencies: [
                "Geodesy", "Inspection", "GStreamer", "Ingest", "TransportStream", "KLV", "Telemetry", "Geotagging",
                "Expressions", "Rules", "LocatedYAML", "Findings", "Evidence", "Store", "Delivery", "API", "Settings",
                "FlightSimulator", "CasePlatform", arguments, lifecycle, signals, log, crypto, nio, nioPosix,
            ],
            swiftSettings: checks),

        tests("Geodesy"),
        tests("Inspection", "Geodesy"),
        tests("GStreamer"),
        tests("Curl"),
        tests("Mosquitto"),
        tests("OpenSSL"),
        tests("SQLite", grdb),
        tests("TransportStream"),
        tests("KLV"),
        tests("LocatedYAML"),
        tests("Ingest", "Inspection", "GStreamer", "Mosquitto", "TransportStream"),
        tests(
            "Telemetry", "Inspection", "Geodesy", "KLV", "TransportStream",
            exclude: ["Analysis/Cases", "DJICloud/Cases", "DJISubtitle/Cases", "Golden", "ONVIF/Cases"]),
        tests("Geotagging", "Inspection", "Geodesy"),
        tests("Expressions", exclude: ["Cases"]),
        tests("Rules", "Inspection", "Geodesy", "Expressions", "LocatedYAML", exclude: ["Cases"]),
        tests("Findings", "Inspection", "Geodesy"),
        tests("Evidence", "Inspection"),
        tests("Store", "Inspection", "Geodesy", grdb),
        tests(
            "Delivery", "Inspection", "Geodesy", "Curl", "OpenSSL", "LocatedYAML", "CasePlatform", crypto,
            exclude: ["Cases"]),
        tests("API", "Inspection", "Geodesy", "Store", "Evidence", hummingbird, hummingbirdTesting),
        tests("Settings", "Inspection", "LocatedYAML"),
        tests("FlightSimulator", "Inspection", "Geodesy", "GStreamer", "KLV", "LocatedYAML"),
        tests("CasePlatform", hummingbird, hummingbirdTesting, crypto),
        .testTarget(name: "TidyTests", swiftSettings: checks),
        .testTarget(
            name: "JourneyTests",
            dependencies: [
                "flyonce", "case-platform", "stream-fuzz", "delivery-simulation", "Delivery", "Findings", "Geodesy",
                "Geotagging", "Inspection", "Rules", "Settings", "Store",
            ],
            exclude: ["Cases"],
            swiftSettings: checks),
    ],
    swiftLanguageModes: [.v6]
)
