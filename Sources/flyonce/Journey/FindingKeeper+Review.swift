import Findings
import Inspection
import Logging
import Store

/// What a flight says of findings of earlier ones, with the pictures that show it.
extension FindingKeeper {
    /// Takes the picture of a place at which nothing is seen, and holds it until the flight decides.
    func look(
        at frame: RunningTime, utc: UTCTime, stamp: PictureStamp, box: FrameObject.Box?, of finding: FindingID,
        from source: any VideoSource, into pictures: AfterPictures
    ) async {
        guard takesEvidence, await hasRoom(for: .picture) else { return }
        do {
            let capture = try await source.picture(at: frame, stamp: stamp)
            guard !unrecorded.touches(capture.time, capture.time) else {
                return progress.count("pictures_not_recorded")
            }
            let moved = capture.time.seconds(since: frame) * 1e6
            var picture = AfterPictures.Picture(
                capture: capture, takenAt: utc.advanced(byMicroseconds: Int64(exactly: moved.rounded()) ?? 0),
                box: capture.time == frame ? box : nil)
            picture.hidden = redaction?.hidden(in: capture, at: frame)
            if !pictures.put(picture, of: finding) { progress.count("reflight_pictures_left_out") }
        } catch {
            progress.count("pictures_missed")
            logger.warning("no picture of where finding \(finding) was: \(error.description)")
        }
    }

    func save(_ entries: [ReflightEntry], in records: any ReflightStore) async {
        await durably("store what the flight says of a finding") { () async throws(StoreError) in
            try await records.save(entries)
        }
    }

    /// The place was looked at, and nothing is there: the picture of it goes to the finding.
    func clear(
        _ outcome: ReflightOutcome, _ entry: ReflightEntry, picture: AfterPictures.Picture?,
        in records: any ReflightStore
    ) async {
        await durably("store that a finding is gone") { () async throws(StoreError) in
            guard let look = outcome.lastLook, let record = try await store.finding(outcome.finding) else { return }
            let lasted = Int64(exactly: (outcome.seconds * 1e6).rounded()) ?? 0
            guard record.finding.lastSeen < look.advanced(byMicroseconds: -lasted) else {
                // While it was looked at, or since, somebody saw it.
                var seen = entry
                (seen.decision, seen.doubt) = (.undecided, ReflightOutcome.Doubt.contradicted.rawValue)
                return try await records.save([seen])
            }
            var items: [EvidenceItem] = []
            let isWanted = [.open, .tentative, .closed].contains(record.finding.status)
            if let picture, isWanted, record.finding.lastSeen < look { items = try await keep(picture) }
            let before = record.evidence.last { $0.kind == .picture && !$0.redacted }
            let cleared = try await records.clear(
                entry, reason: outcome.reason(at: look, before: before, after: items.first), evidence: items)
            guard let cleared else { return }
            progress.count("findings_cleared")
            logger.notice(
                "finding is gone",
                metadata: [
                    "finding": "\(cleared.finding.id)", "scene_type": "\(cleared.finding.sceneType)",
                    "looks": "\(outcome.record.looks)",
                ])
        }
    }

    private func keep(_ picture: AfterPictures.Picture) async throws(StoreError) -> [EvidenceItem] {
        var items = [
            try await evidence.keep(
                picture.capture.bytes, kind: .picture, mediaType: picture.capture.mediaType,
                capturedAt: picture.takenAt)
        ]
        if let thumbnail = picture.capture.thumbnail {
            items.append(
                try await evidence.keep(
                    thumbnail, kind: .thumbnail, mediaType: "image/jpeg", capturedAt: picture.takenAt))
        }
        for index in items.indices { items[index].box = picture.box }
        return items + (await redacted(picture.capture, items, hiding: picture.hidden))
    }
}

extension ReflightOutcome {
    /// Why it is held to be gone, with the pictures that show its place before and after.
    func reason(at look: UTCTime, before: EvidenceItem?, after: EvidenceItem?) -> Detection.Reason {
        var values: [Detection.Reason.Value] = [
            .init(name: "looks", value: String(record.looks)), .init(name: "seconds", value: seconds.fixed(1)),
            .init(name: "camera_places", value: String(views)),
            .init(name: "chance_missed", value: chanceMissed < 0.0001 ? "<0.0001" : chanceMissed.fixed(4)),
        ]
        if let best {
            values.append(.init(name: "gsd_m", value: best.gsd.fixed(3)))
            values.append(.init(name: "depression_deg", value: best.depression.fixed(0)))
        }
        if let before { values.append(.init(name: "picture_before", value: before.sha256)) }
        if let after { values.append(.init(name: "picture_after", value: after.sha256)) }
        return .clearance(in: flight, at: look, values: values)
    }
}
