public import Inspection

/// Frames on their way past an analyser, in their order: each waits for its picture and then for the answer about it, so that
/// what the analyser saw is joined to the very frame it saw it in. Pure: events and times go in, frames come out, every frame
/// once. Of a live stream no frame waits longer than the limits; of a file, whose journey can wait, each waits for its answer.
public struct AnalysisQueue: Sendable {
    public struct Options: Sendable, Hashable {
        /// Of a live stream: how long a frame waits for its answer, seconds. Nil waits until it comes or is said to be lost.
        public var timeout: Double? = 3
        /// How long a frame waits to see whether a picture of it was decoded, seconds of stream time; nil until one of a
        /// later frame was.
        public var pictureWait: Double? = 0.6
        /// Frames that wait at most; the oldest goes on without.
        public var frameLimit = 512

        public init() {}
    }

    private enum State: Hashable {
        case awaitsPicture, isPictured, isHanded(id: Int, at: Int64), isDone
    }

    private struct Entry {
        var metadata: FrameMetadata
        var state: State
    }

    private let options: Options
    private var entries: [Entry] = []
    /// Decoded pictures whose frames have not come yet.
    private var pictures: [RunningTime] = []
    /// The newest picture: of frames before it no other will come.
    private var newestPicture: RunningTime?
    private var newestFrame: RunningTime?
    private var nextID = 0
    private var tallies: [String: Int64] = [:]

    public init(options: Options = Options()) { self.options = options }

    /// `analyser_timeouts`, `analyser_late` answers, `analyser_objects` that were joined to a frame.
    public var counters: [String: Int64] { tallies }

    public var isEmpty: Bool { entries.isEmpty }

    /// Frames that wait for an answer.
    public var awaited: Int {
        entries.count {
            if case .isHanded = $0.state { true } else { false }
        }
    }

    public mutating func add(_ metadata: FrameMetadata) {
        let time = metadata.frame.time
        newestFrame = max(newestFrame ?? time, time)
        let index = pictures.firstIndex(of: time)
        if let index { pictures.remove(at: index) }
        entries.append(Entry(metadata: metadata, state: index == nil ? .awaitsPicture : .isPictured))
    }

    /// The decoder gave a picture; `isHeld` when it can be handed out.
    public mutating func pictured(at time: RunningTime, isHeld: Bool) {
        newestPicture = max(newestPicture ?? time, time)
        guard isHeld else { return }
        if let index = entries.firstIndex(where: { $0.metadata.frame.time == time && $0.state == .awaitsPicture }) {
            entries[index].state = .isPictured
        } else if !entries.contains(where: { $0.metadata.frame.time == time }) {
            if pictures.count >= max(options.frameLimit, 1) { pictures.removeFirst() }
            pictures.append(time)
        }
    }

    /// The answer about a frame; its boxes are shares of the picture. `lookedFor`: every label that the analyser says it can
    /// give.
    public mutating func answered(_ id: Int, objects: [FrameObject], lookedFor: [String] = []) {
        guard let index = index(of: id) else { return tally("analyser_late") }
        let frame = entries[index].metadata.frame
        entries[index].metadata.objects += objects.map { $0.scaled(toWidth: frame.width, height: frame.height) }
        entries[index].metadata.addLookedFor(lookedFor)
        entries[index].state = .isDone
        tally("analyser_objects", objects.count)
    }

    /// There will be no answer about a frame.
    public mutating func lost(_ id: Int) {
        if let index = index(of: id) { entries[index].state = .isDone }
    }

    /// Frames whose picture is to be handed out now, with the id their answer must carry. `now` is monotonic nanoseconds.
    public mutating func hand(now: Int64) -> [(id: Int, metadata: FrameMetadata)] {
        var handed: [(id: Int, metadata: FrameMetadata)] = []
        for index in entries.indices where entries[index].state == .isPictured {
            let id = nextID
            nextID &+= 1
            entries[index].state = .isHanded(id: id, at: now)
            handed.append((id, entries[index].metadata))
        }
        return handed
    }

    /// The frames that are complete, or have waited long enough.
    public mutating func pass(now: Int64) -> [FrameMetadata] {
        var passed = 0
        for entry in entries {
            guard mayPass(entry, waiting: entries.count - passed, now) else { break }
            passed += 1
        }
        return remove(passed)
    }

    /// The stream ended or begins anew: every frame, with what there is.
    public mutating func flush() -> [FrameMetadata] {
        pictures = []
        newestPicture = nil
        newestFrame = nil
        return remove(entries.count)
    }

    private mutating func mayPass(_ entry: Entry, waiting: Int, _ now: Int64) -> Bool {
        switch entry.state {
        case .isDone: return true
        case .isPictured: return false
        case .awaitsPicture:
            let time = entry.metadata.frame.time
            if let newestPicture, newestPicture >= time { return true }
            if let wait = options.pictureWait, let newestFrame, newestFrame.seconds(since: time) >= wait { return true }
            return waiting > max(options.frameLimit, 1)
        case .isHanded(_, let at):
            let isOver = options.timeout.map { Double(now &- at) / 1e9 >= $0 } ?? false
            guard isOver || waiting > max(options.frameLimit, 1) else { return false }
            tally("analyser_timeouts")
            return true
        }
    }

    private mutating func remove(_ count: Int) -> [FrameMetadata] {
        let complete = entries.prefix(count).map(\.metadata)
        entries.removeFirst(count)
        if let last = complete.last { pictures.removeAll { $0 <= last.frame.time } }
        return complete
    }

    private func index(of id: Int) -> Int? {
        entries.firstIndex {
            if case .isHanded(id, _) = $0.state { true } else { false }
        }
    }

    private mutating func tally(_ name: String, _ count: Int = 1) {
        if count > 0 { tallies[name, default: 0] += Int64(count) }
    }
}

extension FrameObject {
    /// With its box of shares as full-resolution pixels; without a box where the picture's size is not known.
    func scaled(toWidth width: Int, height: Int) -> FrameObject { scaled(x: Double(width), y: Double(height)) }

    /// With the edges of its box times these; without a box where they are no sizes.
    func scaled(x: Double, y: Double) -> FrameObject {
        var object = self
        object.box = box.flatMap { box in
            guard x > 0, y > 0, x.isFinite, y.isFinite else { return nil }
            return Box(left: box.left * x, top: box.top * y, right: box.right * x, bottom: box.bottom * y)
        }
        return object
    }
}
