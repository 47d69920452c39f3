import Dispatch
import Foundation
import Geodesy
import Inspection
import KLV
import Synchronization

/// A scenario flown once: video in which the objects can be seen, the metadata that came with it, and the truth. Metadata
/// and truth are the same bytes for the same scenario; so is the video, with one encoder version.
public struct SimulatedFlight: Sendable {
    public let scenario: Scenario
    let site: Site
    let path: FlightPath
    let camera: PinholeCamera
    let things: [Thing]
    let sightings: Sightings
    let error: StatedPose

    /// Of a scenario with several flights give one of ``Scenario/flown``.
    public init(_ scenario: Scenario) { self.init(scenario, shaped: [:]) }

    /// `shaped` holds things by the number of their object that another flight over the place has made already.
    init(_ scenario: Scenario, shaped: [Int: Thing]) {
        self.scenario = scenario
        site = Site(scenario)
        path = FlightPath(scenario, site: site)
        camera = PinholeCamera(
            width: scenario.video.width, height: scenario.video.height,
            horizontalFieldOfView: scenario.camera.horizontalFieldOfView)
        things = scenario.objects.map { shaped[$0.number]?.with($0) ?? Thing($0, seed: scenario.seed) }
        sightings = Sightings(scenario, things: things, site: site, path: path, camera: camera)
        error = StatedPose(noise: scenario.poseNoise, seed: scenario.noiseSeed)
    }

    /// The ST 0601 packet of frame `index`; empty when none falls on it. A frame that the analyser looked at always has
    /// one.
    public func metadata(ofFrame index: Int) throws(SimulatorError) -> [UInt8] {
        guard index >= 0, index < scenario.frameCount else { return [] }
        let look = sightings.looks[index]
        let rate = scenario.metadataRate ?? Double(scenario.video.rate)
        guard look != nil || Sightings.isDue(index, rate: rate, of: scenario) else { return [] }
        let encoder = MetadataEncoder(scenario: scenario, site: site, camera: camera)
        do throws(KLVError) {
            return try encoder.packet(statedPose(ofFrame: index), frame: index, sightings: look)
        } catch {
            throw SimulatorError(kind: .metadata, description: "encode the packet of frame \(index): \(error)")
        }
    }

    /// What truly lies there, and when it was in view.
    public func truth() -> Truth {
        let all = things.indices.map { matter($0) }
        return Truth(matters: all.filter { !$0.sceneType.isEmpty }, clutter: all.filter { $0.sceneType.isEmpty })
    }

    /// Writes `flight.ts`, `truth.geojson` and `scenario.json` into `directory`, which is made when missing; with `suffix`
    /// between name and extension. `progress` is called with 0…1.
    public func write(
        to directory: String, suffix: String = "", pictures: Pictures = .drawn, progress: (Double) -> Void = { _ in }
    ) throws(SimulatorError) -> SimulationSummary {
        let base = try OutputFile.directory(directory)
        let writer = try StreamWriter(scenario.video, path: base + "flight\(suffix).ts")
        let packets =
            switch pictures {
            case .drawn: try writeFrames(writer, progress)
            case .still: try writeStill(writer, progress)
            }
        try writer.finish()
        let truth = truth()
        let summary = SimulationSummary(
            name: scenario.name, seed: scenario.seed, start: scenario.start, duration: scenario.duration,
            frames: scenario.frameCount, packets: packets, looks: sightings.looks.count,
            sightings: sightings.looks.values.reduce(0) { $0 + $1.count }, matters: truth.matters.count,
            mattersSeen: truth.matters.count { $0.frames > 0 }, encoder: writer.encoder.rawValue,
            video: base + "flight\(suffix).ts", truth: base + "truth\(suffix).geojson",
            scenario: base + "scenario\(suffix).json")
        try OutputFile.save(truth.geoJSON(), summary.truth)
        try OutputFile.save(summary.json(self), summary.scenario)
        progress(1)
        return summary
    }

    func statedPose(ofFrame index: Int) -> Pose {
        let time = scenario.seconds(ofFrame: index) - scenario.timingOffset / 1000
        return error.stated(path.pose(at: time), frame: index)
    }

    func trueView(ofFrame index: Int) -> View {
        let pose = path.pose(at: scenario.seconds(ofFrame: index))
        return View(camera: camera, position: pose.sensor, attitude: pose.camera, site: site)
    }

    func renderer() -> FrameRenderer {
        let paint = GroundPaint(scenario.ground, seed: scenario.seed)
        let (area, texel) = groundInView()
        return FrameRenderer(
            things: things.filter { $0.object.stands(in: scenario.flightNumber) }, site: site,
            texture: GroundTexture(paint, area: area, texel: texel), seed: scenario.seed)
    }

    /// Draws frames in parallel, a batch at a time, while the encoder works on the batch before; packets written.
    private func writeFrames(_ writer: StreamWriter, _ progress: (Double) -> Void) throws(SimulatorError) -> Int {
        let renderer = renderer()
        let batch = max(2, ProcessInfo.processInfo.activeProcessorCount) * 2
        let canvases = Mutex<[Canvas]>([])
        var packets = 0
        for first in stride(from: 0, to: scenario.frameCount, by: batch) {
            let count = min(batch, scenario.frameCount - first)
            let pictures = Mutex([[UInt8]](repeating: [], count: count))
            DispatchQueue.concurrentPerform(iterations: count) { index in
                var canvas =
                    canvases.withLock { $0.popLast() }
                    ?? Canvas(width: scenario.video.width, height: scenario.video.height)
                renderer.draw(
                    trueView(ofFrame: first + index), at: scenario.seconds(ofFrame: first + index), on: &canvas)
                let picture = canvas.i420()
                pictures.withLock { $0[index] = picture }
                canvases.withLock { $0.append(canvas) }
            }
            for (index, picture) in pictures.withLock({ $0 }).enumerated() {
                if try write(frame: first + index, picture, writer) { packets += 1 }
            }
            progress(Double(first + count) / Double(scenario.frameCount))
        }
        return packets
    }

    /// One picture for all frames: only packets change; packets written.
    private func writeStill(_ writer: StreamWriter, _ progress: (Double) -> Void) throws(SimulatorError) -> Int {
        let picture = Pictures.pattern(width: scenario.video.width, height: scenario.video.height, seed: scenario.seed)
        var packets = 0
        for frame in 0..<scenario.frameCount {
            if try write(frame: frame, picture, writer) { packets += 1 }
            if frame % 64 == 0 { progress(Double(frame) / Double(scenario.frameCount)) }
        }
        return packets
    }

    /// True when the frame has a packet.
    private func write(frame: Int, _ picture: [UInt8], _ writer: StreamWriter) throws(SimulatorError) -> Bool {
        let packet = try metadata(ofFrame: frame)
        try writer.write(
            picture, packet: packet.isEmpty ? nil : packet, microseconds: scenario.microseconds(ofFrame: frame))
        return !packet.isEmpty
    }

    /// The ground that any frame shows (to 600 m), metres from the origin, and the size of the finest pixel on it.
    private func groundInView() -> (area: GroundTexture.Area, texel: Double) {
        var area = GroundTexture.Area(south: .infinity, north: -.infinity, west: .infinity, east: -.infinity)
        var texel = 10.0
        let (width, height) = (Double(camera.width), Double(camera.height))
        let step = max(1, scenario.video.rate / 4)
        for frame in Array(stride(from: 0, to: scenario.frameCount, by: step)) + [scenario.frameCount - 1] {
            let view = trueView(ofFrame: frame)
            for (u, v) in [(0, 0), (width, 0), (width, height), (0, height), (width / 2, height)] {
                var reach = view.center
                if let ground = view.ground(u: u, v: v) {
                    let point = site.local(ground.point)
                    let share = min(1, 600 / max(ground.range, 1))
                    reach += (point - view.center) * share
                    texel = min(texel, ground.range / camera.focalLength)
                } else {
                    reach += view.forward * 600
                }
                area.south = min(area.south, reach.y)
                area.north = max(area.north, reach.y)
                area.west = min(area.west, reach.x)
                area.east = max(area.east, reach.x)
            }
        }
        area.south -= 8
        area.west -= 8
        area.north += 8
        area.east += 8
        return (area, max(0.05, texel))
    }

    private func matter(_ index: Int) -> Truth.Matter {
        let object = things[index].object
        let number = scenario.flightNumber
        let state: Truth.Matter.State =
            !object.stands(in: number) ? .removed : number > 1 && object.arrival == number ? .new : .present
        let seen = sightings.visibility[index]
        let place = object.place(at: scenario.seconds(ofFrame: seen?.first ?? 0))
        func utc(_ frame: Int) -> UTCTime {
            scenario.start.advanced(byMicroseconds: scenario.microseconds(ofFrame: frame))
        }
        return Truth.Matter(
            id: object.id, kind: object.kind, label: object.label, sceneType: object.sceneType,
            point: site.point(north: place.north, east: place.east, above: 0), heading: place.heading,
            size: object.size,
            firstVisible: seen.map { utc($0.first) }, lastVisible: seen.map { utc($0.last) }, frames: seen?.frames ?? 0,
            passes: seen?.passes ?? 0, state: state, flight: number, since: object.arrival, until: object.removal)
    }
}
