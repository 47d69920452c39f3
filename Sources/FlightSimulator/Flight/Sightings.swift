import Geodesy

/// What the analyser says of one thing at one look.
struct Sighting: Sendable, Hashable {
    /// ST 0903 target id.
    var target: UInt64
    var label: String
    /// 0…1.
    var confidence: Double
    var box: FrameBox
    /// Id of the object; nil for what is not there.
    var object: String?
}

/// The whole flight as the analyser reports it, and what could have been seen: made once, because ids and passes hang on
/// what came before.
struct Sightings: Sendable {
    /// First and last frame in which an object was in view.
    struct Visibility: Sendable, Hashable {
        var first: Int
        var last: Int
        var frames: Int
        /// Times that it came into view after a second or more out of it.
        var passes: Int
    }

    /// By frame; only frames that were looked at.
    private(set) var looks: [Int: [Sighting]] = [:]
    /// By index of the scenario's objects; nil for what was never in view. Of what is gone: of the place where it lay.
    private(set) var visibility: [Visibility?]

    private var nextTarget: UInt64 = 1
    private var targets: [Int: (id: UInt64, seen: Double)] = [:]
    private var ghosts: [(sighting: Sighting, left: Int)] = []

    /// A thing that was out of view for longer than this many seconds gets a new id.
    private static let trackGap = 1.0

    init(_ scenario: Scenario, things: [Thing], site: Site, path: FlightPath, camera: PinholeCamera) {
        visibility = Array(repeating: nil, count: things.count)
        let known = Set(scenario.objects.map(\.label)).subtracting([""]).sorted()
        let clutter = Set(scenario.objects.filter { !$0.isMatter }.map(\.label)).subtracting([""]).sorted()
        let falseLabels = scenario.analyser.falseLabels.isEmpty ? clutter : scenario.analyser.falseLabels
        for frame in 0..<scenario.frameCount {
            let time = scenario.seconds(ofFrame: frame)
            let pose = path.pose(at: time)
            let view = View(camera: camera, position: pose.sensor, attitude: pose.camera, site: site)
            let boxes = Self.boxes(of: things, in: view, at: time, site: site)
            for (index, _) in boxes { note(index, in: frame, of: scenario) }
            guard Self.isDue(frame, rate: scenario.analyser.rate, of: scenario) else { continue }
            var reported: [Sighting] = []
            for (index, box) in boxes where things[index].isReported(in: scenario) {
                let target = target(of: index, at: time, tracks: scenario.analyser.tracks)
                if let sighting = report(things[index], index, box, target, scenario, frame: frame, known: known) {
                    reported.append(sighting)
                }
            }
            reported += ghosts(scenario, frame: frame, labels: falseLabels)
            looks[frame] = reported
        }
    }

    /// True when something that happens `rate` times a second falls on this frame. The first frame counts.
    static func isDue(_ frame: Int, rate: Double, of scenario: Scenario) -> Bool {
        guard rate > 0 else { return false }
        let ratio = min(1, rate / Double(scenario.video.rate))
        return frame == 0 || (Double(frame) * ratio).rounded(.down) > (Double(frame - 1) * ratio).rounded(.down)
    }

    private mutating func note(_ index: Int, in frame: Int, of scenario: Scenario) {
        guard var seen = visibility[index] else {
            visibility[index] = Visibility(first: frame, last: frame, frames: 1, passes: 1)
            return
        }
        if scenario.seconds(ofFrame: frame) - scenario.seconds(ofFrame: seen.last) > Self.trackGap { seen.passes += 1 }
        seen.last = frame
        seen.frames += 1
        visibility[index] = seen
    }

    /// The things in view, by index: nine tenths inside the picture, at least 8 pixels long and 4 across, behind no hill.
    private static func boxes(of things: [Thing], in view: View, at time: Double, site: Site) -> [(Int, FrameBox)] {
        let (width, height) = (view.camera.width, view.camera.height)
        var boxes: [(Int, FrameBox)] = []
        for (index, thing) in things.enumerated() {
            let placement = thing.placement(at: time, site: site)
            guard let middle = view.project(placement.base), middle.u > -200, middle.v > -400,
                middle.u < Double(width) + 200, middle.v < Double(height) + 400,
                let box = thing.box(in: view, placement), box.shareInside(width: width, height: height) >= 0.9
            else { continue }
            let inside = box.clipped(width: width, height: height)
            guard max(inside.width, inside.height) >= 8, min(inside.width, inside.height) >= 4 else { continue }
            if site.relief != nil, thing.isHidden(from: view, at: time, site: site) { continue }
            boxes.append((index, inside))
        }
        return boxes
    }

    private mutating func target(of index: Int, at time: Double, tracks: Bool) -> UInt64 {
        if tracks, let known = targets[index], time - known.seen <= Self.trackGap {
            targets[index] = (known.id, time)
            return known.id
        }
        let id = nextTarget
        nextTarget += 1
        targets[index] = (id, time)
        return id
    }

    private func report(
        _ thing: Thing, _ index: Int, _ box: FrameBox, _ target: UInt64, _ scenario: Scenario, frame: Int,
        known: [String]
    ) -> Sighting? {
        var generator = SeededGenerator(
            seed: scenario.noiseSeed, stream: 100 + UInt64(thing.object.number), index: frame)
        let analyser = scenario.analyser
        let isMissed = generator.happens(analyser.missRate)
        let isWrong = generator.happens(analyser.wrongLabelRate)
        let others = known.filter { $0 != thing.object.label }
        let other = generator.index(below: others.count)
        let confidence = analyser.confidenceMean + analyser.confidenceDeviation * generator.gaussian()
        let edges = (0..<4).map { _ in generator.gaussian() * analyser.boxNoise }
        guard !isMissed else { return nil }
        let noisy = FrameBox(
            left: box.left + edges[0], top: box.top + edges[1], right: box.right + edges[2],
            bottom: box.bottom + edges[3])
        return Sighting(
            target: target, label: isWrong && !others.isEmpty ? others[other] : thing.object.label,
            confidence: min(max(confidence, 0.05), 0.99),
            box: noisy.clipped(width: scenario.video.width, height: scenario.video.height), object: thing.object.id)
    }

    /// What is reported though nothing is there: for one look, or two.
    private mutating func ghosts(_ scenario: Scenario, frame: Int, labels: [String]) -> [Sighting] {
        ghosts = ghosts.compactMap { $0.left > 1 ? ($0.sighting, $0.left - 1) : nil }
        var generator = SeededGenerator(seed: scenario.noiseSeed, stream: 4, index: frame)
        let analyser = scenario.analyser
        let appears = generator.happens(analyser.falsePositivesPerMinute / 60 / max(analyser.rate, 1e-3))
        if appears, !labels.isEmpty {
            let (width, height) = (Double(scenario.video.width), Double(scenario.video.height))
            let (w, h) = (width * generator.uniform(0.02, 0.08), height * generator.uniform(0.03, 0.10))
            let (x, y) = (generator.uniform(0, width - w), generator.uniform(0, height - h))
            let confidence = analyser.confidenceMean - 0.2 + analyser.confidenceDeviation * generator.gaussian()
            let sighting = Sighting(
                target: nextTarget, label: labels[generator.index(below: labels.count)],
                confidence: min(max(confidence, 0.05), 0.99),
                box: FrameBox(left: x, top: y, right: x + w, bottom: y + h),
                object: nil)
            nextTarget += 1
            ghosts.append((sighting, 1 + generator.index(below: 2)))
        }
        return ghosts.map(\.sighting)
    }
}

extension Thing {
    fileprivate func isReported(in scenario: Scenario) -> Bool {
        !object.label.isEmpty && object.stands(in: scenario.flightNumber)
    }

    /// True when a hill stands before its middle.
    fileprivate func isHidden(from view: View, at time: Double, site: Site) -> Bool {
        let (north, east, _) = object.place(at: time)
        let middle = site.point(north: north, east: east, above: object.size.height / 2)
        return site.hides(middle, from: view.position, margin: radius)
    }
}
