// swift-tools-version: 6.2
import PackageDescription

let checks: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// A fuzzer of one decoder; libFuzzer brings its main function, so there is none in the sources.
func fuzzer(_ name: String) -> Target {
    .executableTarget(
        name: name, dependencies: ["Decoders"], swiftSettings: checks + [.unsafeFlags(["-parse-as-library"])])
}

/// Its own package, built only by `make fuzz-decoders`: everything in it is instrumented (`--sanitize fuzzer`).
let package = Package(
    name: "Fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "FlyOnce", path: "..")],
    targets: [
        .target(
            name: "Decoders",
            dependencies: [
                .product(name: "Expressions", package: "FlyOnce"),
                .product(name: "Inspection", package: "FlyOnce"),
                .product(name: "KLV", package: "FlyOnce"),
                .product(name: "Telemetry", package: "FlyOnce"),
                .product(name: "TransportStream", package: "FlyOnce"),
            ],
            swiftSettings: checks),
        fuzzer("fuzz-analysis"),
        fuzzer("fuzz-cel"),
        fuzzer("fuzz-dji-cloud"),
        fuzzer("fuzz-klv"),
        fuzzer("fuzz-mavlink"),
        fuzzer("fuzz-metadata-log"),
        fuzzer("fuzz-onvif"),
        fuzzer("fuzz-still"),
        fuzzer("fuzz-subtitle"),
        fuzzer("fuzz-transport-stream"),
    ],
    swiftLanguageModes: [.v6]
)
