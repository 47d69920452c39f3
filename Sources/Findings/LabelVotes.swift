import Inspection

/// What an analyser calls each object from frame to frame, whether a rule speaks of it or not: an object that is a house in
/// every other frame is no heap for the three frames in which it was called one.
///
/// An object goes on by its track, or where a track begins upon an object that this frame does not show otherwise (trackers
/// part tracks by label) by its box. What it was called fades over seconds, so that a thing that truly changes is believed
/// soon. Bounded.
struct LabelVotes: Sendable {
    private struct Object: Sendable {
        var box: FrameObject.Box?
        var seen: Double
        var isShown = true
        var labels: [(label: String, weight: Double)] = []
    }

    /// Over these seconds what it was called fades to a third.
    private static let fading = 5.0
    /// How many times as often it must be called one other thing to be that.
    private static let outvoted = 3.0
    private static let maximumObjects = 1024
    private static let maximumTracks = 4096
    private static let maximumLabels = 16

    private var objects: [Object] = []
    /// By track.
    private var known: [String: Known] = [:]
    private var run = 0

    private struct Known: Sendable {
        var object: Int
        var seen: Double
    }

    /// Takes all objects of a frame.
    mutating func follow(_ seen: [FrameObject], now: Double, run: Int, options: FindingJoiner.Options) {
        // Tracks mean nothing in another run.
        if run != self.run { (objects, known, self.run) = ([], [:], run) }
        guard !seen.isEmpty else { return }
        if objects.count + seen.count > Self.maximumObjects || known.count + seen.count > Self.maximumTracks {
            removeOld(now, options)
        }
        for index in objects.indices { objects[index].isShown = false }
        var begun: [FrameObject] = []
        for object in seen.prefix(Self.maximumObjects / 2) where object.kind == .detected && !object.label.isEmpty {
            guard let track = object.track else { continue }
            if let index = known[track]?.object { note(object, track, index, now) } else { begun.append(object) }
        }
        for object in begun {
            guard let track = object.track else { continue }
            // Of the same frame's objects two may have one track.
            let index = known[track]?.object ?? successor(of: object, now, options) ?? objects.count
            if index == objects.count { objects.append(Object(box: nil, seen: now)) }
            note(object, track, index, now)
        }
    }

    /// True when what `object` is called now, or any of `labels`, is far from what it mostly is called.
    func outvotes(_ object: FrameObject?, _ labels: [String]) -> Bool {
        guard let object, let track = object.track else { return false }
        return outvotes(track, object.label, labels)
    }

    /// Of the sightings of a thing those that are of objects mostly called something else.
    func outvoted(_ matter: Matter) -> Int {
        matter.calls.reduce(0) { $0 + (outvotes($1.track, $1.label, matter.labels) ? $1.sightings : 0) }
    }

    private func outvotes(_ track: String, _ called: String, _ labels: [String]) -> Bool {
        guard let index = known[track]?.object else { return false }
        var (own, other) = (0.0, 0.0)
        for (label, weight) in objects[index].labels {
            if label == called || labels.contains(label) { own += weight } else { other = max(other, weight) }
        }
        return other > Self.outvoted * own
    }

    private mutating func note(_ object: FrameObject, _ track: String, _ index: Int, _ now: Double) {
        known[track] = Known(object: index, seen: now)
        // By 1 / (1 + t + t² / 2) for e^−t: without a logarithm, and the same on every machine.
        let elapsed = max(now - objects[index].seen, 0) / Self.fading
        let fade = 1 / (1 + elapsed + elapsed * elapsed / 2)
        objects[index].seen = now
        objects[index].isShown = true
        objects[index].box = object.box ?? objects[index].box
        if fade < 1 { for label in objects[index].labels.indices { objects[index].labels[label].weight *= fade } }
        if let label = objects[index].labels.firstIndex(where: { $0.label == object.label }) {
            objects[index].labels[label].weight += 1
        } else {
            if objects[index].labels.count >= Self.maximumLabels {
                objects[index].labels.sort { $0.weight > $1.weight }
                objects[index].labels.removeLast()
            }
            objects[index].labels.append((object.label, 1))
        }
    }

    /// The object that was just where a track begins, and is not shown otherwise.
    private func successor(of object: FrameObject, _ now: Double, _ options: FindingJoiner.Options) -> Int? {
        guard let box = object.box else { return nil }
        var best: (index: Int, overlap: Double)?
        for (index, one) in objects.enumerated() where !one.isShown && now - one.seen <= options.boxMemory {
            guard let last = one.box, case let overlap = box.overlap(last), overlap >= options.boxOverlap,
                overlap > best?.overlap ?? 0
            else { continue }
            best = (index, overlap)
        }
        return best?.index
    }

    /// Those not seen for long go, and of the rest the older half.
    private mutating func removeOld(_ now: Double, _ options: FindingJoiner.Options) {
        let order = objects.indices.sorted { (objects[$0].seen, $0) > (objects[$1].seen, $1) }
        let kept = order.filter { now - objects[$0].seen <= 2 * Self.fading }.prefix(Self.maximumObjects / 2)
        var places: [Int: Int] = [:]
        for (place, index) in kept.enumerated() { places[index] = place }
        objects = kept.map { objects[$0] }
        known = known.compactMapValues { one in
            // A track that goes on begins upon its own object again.
            guard now - one.seen <= options.boxMemory, let place = places[one.object] else { return nil }
            return Known(object: place, seen: one.seen)
        }
        if known.count > Self.maximumTracks / 2 { known = [:] }
    }
}
