import Evidence
import Geodesy
import Inspection
import Logging
import Settings
import Store

/// What of a source's pictures is hidden in what leaves, and who hides it.
struct KeptRedaction: Sendable {
    /// Seconds around a picture within which frames tell who is in it.
    private static let reach = 0.5
    /// Sines of 60° and 20°: where the camera looks down more steeply, or is tilted more, heads are not on top of their boxes.
    private static let steepest = 0.866
    private static let mostTilted = 0.342

    let redactor: any PictureRedaction
    let seen: SeenParts

    /// Another stream begins. Every still picture is a view of its own.
    func begin(isOfStills: Bool) { seen.begin(reach: isOfStills ? 0 : Self.reach) }

    func note(_ metadata: FrameMetadata) {
        seen.note(metadata, isUpright: Self.isUpright(metadata.telemetry, metadata.frame))
    }

    /// Nil when nothing of the picture may leave.
    func hidden(in capture: Capture, of best: Detection) -> HiddenParts? {
        seen.hidden(
            at: best.frame.time, drift: capture.time.seconds(since: best.frame.time), own: best.object,
            width: best.frame.width, height: best.frame.height, isUpright: Self.isUpright(best.telemetry, best.frame))
    }

    /// The same of a picture in which nothing was found.
    func hidden(in capture: Capture, at frame: RunningTime) -> HiddenParts? {
        seen.hidden(
            at: frame, drift: capture.time.seconds(since: frame), own: nil, width: 0, height: 0, isUpright: false)
    }

    /// False when the pose is not known, and for a picture that is to be turned: which way up its pose means is not stated.
    static func isUpright(_ telemetry: TelemetrySample?, _ frame: Frame) -> Bool {
        guard frame.orientation == .topLeft, let rotation = telemetry?.cameraRotation else { return false }
        // Down is positive.
        let forward = rotation * Vector(1, 0, 0)
        let right = rotation * Vector(0, 1, 0)
        let below = rotation * Vector(0, 0, 1)
        return forward.z < steepest && abs(right.z) < mostTilted && below.z > 0
    }
}

extension HidingRules {
    init(_ settings: RedactionSettings) {
        self.init()
        unlisted =
            switch settings.unlisted {
            case .coarse: .coarse
            case .withhold: .withhold
            case .send: .send
            }
        listsNamePeople = settings.analysersNamePeople
        labels.added = [
            .person: settings.persons, .head: settings.heads, .vehicle: settings.vehicles, .plate: settings.plates,
        ]
    }
}

extension FindingKeeper {
    private static let attempts = 3

    /// What may leave in place of a picture that was kept, with its thumbnail. When none can be made the picture stays at the
    /// gateway, and that is said and counted: the finding goes on.
    func redacted(
        _ capture: Capture, _ originals: [EvidenceItem], hiding hidden: HiddenParts?
    ) async -> [EvidenceItem] {
        guard let redaction, let original = originals.first(where: { $0.kind == .picture }) else { return [] }
        guard let hidden else {
            progress.count("pictures_withheld")
            return []
        }
        guard let made = await made(of: capture.bytes, original, hiding: hidden, by: redaction.redactor) else {
            progress.count("pictures_refused_redaction")
            return []
        }
        progress.count(hidden == .everything ? "pictures_redacted_whole" : "pictures_redacted")
        var items: [EvidenceItem] = []
        await durably("store the redacted picture", .picture) { () async throws(StoreError) in
            var kept = [
                try await evidence.keep(
                    made.bytes, kind: .picture, mediaType: "image/jpeg", capturedAt: original.capturedAt)
            ]
            if let thumbnail = made.thumbnail {
                kept.append(
                    try await evidence.keep(
                        thumbnail, kind: .thumbnail, mediaType: "image/jpeg", capturedAt: original.capturedAt))
            }
            for index in kept.indices {
                (kept[index].redacted, kept[index].original) = (true, original.sha256)
                kept[index].box = original.box
            }
            items = kept
        }
        return items
    }

    /// Nil when it cannot be made, which is tried again where that may help.
    private func made(
        of picture: [UInt8], _ original: EvidenceItem, hiding hidden: HiddenParts, by redactor: any PictureRedaction
    ) async -> RedactedPicture? {
        for attempt in 1... {
            do {
                return try await redactor.redacted(picture, hiding: hidden, original: original.sha256)
            } catch {
                guard error.isTransient, attempt < Self.attempts, !Task.isCancelled else {
                    logger.warning(
                        "\(error.description)",
                        metadata: [
                            "source": "\(source)", "hint": "only destinations that are entitled to originals get it",
                        ])
                    return nil
                }
                try? await Task.sleep(for: .milliseconds(200 * attempt))
            }
        }
        return nil
    }
}
