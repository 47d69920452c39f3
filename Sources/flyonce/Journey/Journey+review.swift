import Findings
import Geotagging
import Inspection
import Logging
import Rules

/// Looking again at what earlier flights found.
extension Journey {
    /// Not of a flight that had ended before it is read once more: what it said stays.
    func beginReview(_ flight: Flight) {
        guard review != nil else { return }
        let pictures = afterPictures
        // Behind what the flight before it still has in line.
        line.submit { pictures.removeAll() }
        let store = keeper.store
        let name = name
        let stored = (try? block { try await store.latestFlight(of: name) }) ?? nil
        if let stored, stored.id == flight.id, stored.ended { return review?.forget() ?? () }
        review?.begin(flight)
    }

    /// Takes a frame that was classified and joined; `events` are what the joining said of it.
    func review(_ metadata: FrameMetadata, _ events: [FindingEvent]) {
        guard review != nil, let rules = stages.classifier as? RuleClassifier else { return }
        do {
            let isDoubted = poseTiming?.doubts(metadata.frame) ?? false
            let acts =
                try review?.observe(
                    metadata, sights: joiner?.sights ?? [], events: events, rules: rules, isPoseDoubted: isDoubted)
                ?? []
            if !acts.isEmpty { follow(acts, metadata) }
        } catch {
            progress.count("reflight_lookups_failed")
            logger.error(
                "could not look up what is known of the ground below: \(error)", metadata: ["source": "\(name)"])
        }
    }

    /// The last word on everything that was looked at.
    func endReview(at last: UTCTime) {
        guard let acts = review?.end(at: last) else { return }
        follow(acts, nil)
        let pictures = afterPictures
        line.submit { pictures.removeAll() }
    }

    private func follow(_ acts: [FlightReview.Act], _ metadata: FrameMetadata?) {
        guard let store = review?.store else { return }
        let keeper = keeper
        let pictures = afterPictures
        var entries: [ReflightEntry] = []
        var tally = ReflightTally()
        for act in acts {
            switch act {
            case .picture(let finding, let look, let box):
                let isNow = metadata?.frame.index == look.frame.index
                let stamp = PictureStamp(
                    utc: look.utc, provenance: metadata?.provenance ?? .arrival,
                    telemetry: isNow ? metadata?.telemetry : nil, geoid: keeper.geoid)
                let source = source
                line.submit {
                    await keeper.look(
                        at: look.frame.time, utc: look.utc, stamp: stamp, box: box, of: finding, from: source,
                        into: pictures)
                }
                if !isLive { line.waitUntilIdle() }
            case .told(let outcome, let entry, let isFinal):
                // What was never in a picture is not spoken of.
                guard outcome.best != nil else { continue }
                if isFinal { tally.add(outcome, entry) }
                if isFinal, entry.decision == .cleared {
                    line.submit {
                        await keeper.clear(outcome, entry, picture: pictures.take(outcome.finding), in: store)
                    }
                } else {
                    if entry.decision != .cleared { _ = pictures.take(outcome.finding) }
                    entries.append(entry)
                }
            }
        }
        for (name, amount) in tally.counters { progress.count(name, by: amount) }
        if let text = tally.text {
            logger.notice(
                "\(text)", metadata: ["source": "\(name)", "flight": "\(flight?.id.description ?? "")"])
        }
        guard !entries.isEmpty else { return }
        let told = entries
        line.submit { await keeper.save(told, in: store) }
    }
}
