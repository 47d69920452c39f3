import CasePlatform
import Curl
import Foundation
import Geodesy

/// Follows a demo through the gateway's own API, as any client would, and tells what happens as it happens.
struct DemoWatch {
    let port: Int
    let token: String
    let truth: DemoTruth?

    struct Feature: Decodable {
        struct Geometry: Decodable { var coordinates: [Double] }
        struct Properties: Decodable {
            struct Title: Decodable {
                var zh: String
                var en: String
            }
            struct Location: Decodable { var ce90_m: Double }
            struct Case: Decodable {
                var number: String
                var stage: String
            }
            struct Rule: Decodable {
                struct Reason: Decodable {
                    var condition: String
                    var values: [String: String]
                }
                var id: String
                var reasons: [Reason]
            }
            struct Evidence: Decodable { var kind: String }

            var scene_type: String
            var title: Title
            var severity: String
            var location: Location?
            var `case`: Case?
            var rule: Rule
            var evidence: [Evidence]
            var revision: Int
        }

        var id: String
        var geometry: Geometry?
        var properties: Properties

        var point: GeodeticPoint? {
            guard let coordinates = geometry?.coordinates, coordinates.count == 3 else { return nil }
            return GeodeticPoint(latitude: coordinates[1], longitude: coordinates[0], height: coordinates[2])
        }
    }

    private struct Page: Decodable {
        var features: [Feature]
        var cursor: String
        var more: Bool
    }

    private struct Status: Decodable {
        struct Source: Decodable {
            var state: String
            var counters: [String: Int64]
            var last_error: String?
        }
        struct Book: Decodable {
            var pending: Int64
            var leased: Int64
        }
        var sources: [Source]
        var books: [Book]
    }

    struct Outcome {
        var features: [Feature] = []
        var counters: [String: Int64] = [:]
        var truth: DemoTruth?
    }

    private let client = HTTPClient()

    /// Until the file was read to its end, every finding has its case and nothing is owed.
    func follow(until daemon: Task<Void, any Error>) async throws -> Outcome {
        var outcome = Outcome(truth: truth)
        var known: [String: Feature] = [:]
        var cursor = ""
        let ended = DaemonEnd(daemon)
        while true {
            if let error = await ended.error { throw error }
            if let page: Page = await get("/v1/findings?limit=200" + (cursor.isEmpty ? "" : "&cursor=\(cursor)")) {
                cursor = page.cursor
                for feature in page.features { tell(feature, before: known.updateValue(feature, forKey: feature.id)) }
                if page.features.isEmpty, let status: Status = await get("/v1/status"),
                    let source = status.sources.first,
                    source.state == "ended" || source.state == "failed",
                    status.books.allSatisfy({ $0.pending + $0.leased == 0 }),
                    known.values.allSatisfy({ $0.properties.case != nil })
                {
                    if source.state == "failed" {
                        throw Failure(.badInput, source.last_error ?? "The flight cannot be read.")
                    }
                    outcome.counters = source.counters
                    outcome.features = known.values.sorted { $0.id < $1.id }
                    return outcome
                }
            }
            try await Task.sleep(for: .milliseconds(250))
        }
    }

    private func get<Answer: Decodable>(_ path: String) async -> Answer? {
        let request = HTTPRequest(
            .get, "http://127.0.0.1:\(port)\(path)", fields: [HTTPField("Authorization", "Bearer \(token)")])
        guard let response = try? await client.send(request), response.status == 200 else { return nil }
        return try? JSONDecoder().decode(Answer.self, from: Data(response.body))
    }

    private func tell(_ feature: Feature, before: Feature?) {
        let properties = feature.properties
        if before == nil {
            var line = "   finding     \(properties.title.zh) \(properties.title.en)"
            if let point = feature.point, let location = properties.location {
                line += "  \(point.latitude.fixed(6)), \(point.longitude.fixed(6)) ±\(location.ce90_m.fixed(1)) m"
            }
            say(line)
            say("                 because " + properties.rule.reasons.map(Self.text).joined(separator: " · "))
        }
        if let record = properties.case, before?.properties.case?.number != record.number {
            say("   case        \(record.number)  \(properties.title.zh) \(properties.title.en)  (\(record.stage))")
        }
    }
}

extension DemoWatch {
    /// `object.confidence >= 0.5 [0.87]`; a bare label rule shows what the label was.
    static func text(_ reason: Feature.Properties.Rule.Reason) -> String {
        let values = reason.values.sorted { $0.key < $1.key }
        if values.count == 1, let only = values.first {
            return reason.condition.contains(only.key)
                ? "\(reason.condition) [\(only.value)]"
                : "\(only.key) is \(only.value.isEmpty ? "empty" : only.value)"
        }
        guard !values.isEmpty else { return reason.condition }
        return "\(reason.condition) [\(values.map { "\($0.key) = \($0.value)" }.joined(separator: ", "))]"
    }
}

/// The end of a daemon that ended when it should not have.
private actor DaemonEnd {
    private(set) var error: (any Error)?

    init(_ daemon: Task<Void, any Error>) {
        Task {
            switch await daemon.result {
            case .success: await set(Failure(.failed, "The daemon ended by itself."))
            case .failure(let error): await set(error)
            }
        }
    }

    private func set(_ error: any Error) { self.error = error }
}

/// What truly lies on the ground of a simulated flight.
struct DemoTruth {
    struct Matter {
        var id: String
        var sceneType: String
        var point: GeodeticPoint
    }

    var matters: [Matter] = []

    private struct Collection: Decodable {
        struct Feature: Decodable {
            struct Geometry: Decodable { var coordinates: [Double] }
            struct Properties: Decodable {
                var id: String?
                var scene_type: String
                /// Frames that showed it.
                var frames_visible: Int?
            }
            var geometry: Geometry
            var properties: Properties
        }
        var features: [Feature]
    }

    init?(path: String) {
        guard let data = FileManager.default.contents(atPath: path),
            let collection = try? JSONDecoder().decode(Collection.self, from: data)
        else { return nil }
        for feature in collection.features where feature.properties.frames_visible != 0 {
            let at = feature.geometry.coordinates
            guard at.count >= 2 else { continue }
            matters.append(
                Matter(
                    id: feature.properties.id ?? "", sceneType: feature.properties.scene_type,
                    point: GeodeticPoint(latitude: at[1], longitude: at[0], height: at.count > 2 ? at[2] : 0)))
        }
    }
}

extension DemoWatch.Outcome {
    /// Each finding with the nearest true matter of its scene type, each matter at most once.
    private var matches: [(feature: DemoWatch.Feature, matter: DemoTruth.Matter?, distance: Double)] {
        var free = truth?.matters ?? []
        return features.map { feature in
            guard let point = feature.point,
                let best = free.indices.filter({ free[$0].sceneType == feature.properties.scene_type })
                    .min(by: { free[$0].point.distance(to: point) < free[$1].point.distance(to: point) })
            else { return (feature, nil, .infinity) }
            let distance = free[best].point.distance(to: point)
            guard distance <= 30 else { return (feature, nil, distance) }
            return (feature, free.remove(at: best), distance)
        }
    }

    func summary(of platform: CasePlatformSummary, steps: DemoSteps, total: ContinuousClock.Instant) {
        say("")
        say("Summary")
        say(
            "  \(counted(counters["frames"] ?? 0, "frame")), \(counted(counters["packets"] ?? 0, "metadata packet")), \(counted(counters["detections"] ?? 0, "detection"))"
        )
        say(
            "  \(counted(features.count, "finding")), \(counted(platform.cases, "case")) on the platform, \(features.count { $0.hasPicture }) with a picture, \(features.count { $0.hasClip }) with a clip"
        )
        for match in matches {
            let properties = match.feature.properties
            var line = "  \(properties.case?.number ?? "no case")  \(properties.scene_type)"
            if let location = properties.location { line += "  ±\(location.ce90_m.fixed(1)) m" }
            if let matter = match.matter {
                line += "  \(match.distance.fixed(1)) m from the true \(matter.id)"
            } else if truth != nil {
                line += "  no true matter of this kind is near"
            }
            if let told = platform.externalIDs[match.feature.id] {
                let law = told.law.isEmpty ? "law unknown" : told.law.joined(separator: ", ")
                line += "  \(told.departments.joined(separator: ", ")); \(law)"
            }
            say(line)
        }
        if let truth {
            let found = matches.compactMap(\.matter).count
            say(
                "  \(found) of \(counted(truth.matters.count, "true matter")) found, \(truth.matters.count - found) missing, \(features.count - found) too many"
            )
        }
        say(
            "  time: " + steps.parts.map { "\($0.0) \($0.1.fixed(1)) s" }.joined(separator: ", ")
                + "; together \((ContinuousClock.now - total).inSeconds.fixed(1)) s")
    }

    /// What is wrong with the outcome; nil when nothing is.
    func complaint(knowsTruth: Bool) -> String? {
        guard knowsTruth, let truth else { return nil }
        let matches = matches
        let found = matches.compactMap(\.matter).count
        if found < truth.matters.count {
            let missing = truth.matters.count - found
            return "\(counted(missing, "true matter was", "true matters were")) not found."
        }
        if matches.count > found {
            return "\(counted(matches.count - found, "finding has", "findings have")) no true matter."
        }
        let far = matches.filter { $0.distance > 1.5 * ($0.feature.properties.location?.ce90_m ?? 0) }
        return far.isEmpty
            ? nil : "\(counted(far.count, "finding lies", "findings lie")) further than 1.5 × CE90 from the truth."
    }
}

extension DemoWatch.Feature {
    var hasPicture: Bool { properties.evidence.contains { $0.kind == "picture" } }
    var hasClip: Bool { properties.evidence.contains { $0.kind == "clip" } }
}
