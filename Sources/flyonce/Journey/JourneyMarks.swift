import API
import Inspection
import Telemetry

/// Persons' marks on their way to the frames they were made on. Used by the journey's thread alone, but for ``inbox``.
struct JourneyMarks {
    /// Seconds that a mark waits for a frame that is on its way: frames wait for their pose, and for an analyser.
    private static let patience = 3.0

    let inbox = MarkInbox()
    private var frames = RecentFrames()

    mutating func follow(_ frame: FrameMetadata) { frames.add(frame) }

    /// A flight or a run ended: its frames take no more marks.
    mutating func forget() { frames = RecentFrames() }

    /// Gives each mark whose frame is here. The others wait, or are answered.
    func drain(now: Int64, _ body: (MarkInbox.Order, FrameMetadata) -> Void) {
        inbox.drain { order in
            if isAhead(order.mark.moment), Double(now - order.arrival) / 1e9 < Self.patience { return true }
            if let frame = frame(at: order.mark.moment) {
                body(order, frame)
            } else {
                order.reply.give(.frameNotHeld(absence(at: order.mark.moment)))
            }
            return false
        }
    }

    private func frame(at moment: Mark.Moment) -> FrameMetadata? {
        switch moment {
        case .frame(let index): frames.frame(index)
        case .utc(let utc): frames.frame(at: utc)
        }
    }

    private func isAhead(_ moment: Mark.Moment) -> Bool {
        switch moment {
        case .frame(let index): frames.numbers.map { index > $0.upperBound } ?? false
        case .utc(let utc): frames.times.map { utc > $0.upperBound } ?? false
        }
    }

    private func absence(at moment: Mark.Moment) -> MarkAnswer.Absence {
        guard let numbers = frames.numbers, let times = frames.times else { return .noPictures }
        let isBefore =
            switch moment {
            case .frame(let index): index < numbers.lowerBound
            case .utc(let utc): utc < times.lowerBound
            }
        return isAhead(moment) ? .notYet : isBefore ? .tooOld : .noSuchFrame
    }
}

extension Detection {
    /// What a person marked in a frame: sure, for a person saw it, and put on the ground as an analyser's object is.
    init(_ mark: Mark, of sceneType: SceneType, in frame: FrameMetadata, placement: any Placement) {
        let marked = RecentFrames.marked(frame, mark.object)
        let object = marked.objects.first ?? mark.object
        var geotag: Geotag?
        var refusal: PlacementRefusal?
        switch placement.place(object, footing: sceneType.footing, in: marked) {
        case .success(let place): geotag = place
        case .failure(let reason): refusal = reason
        }
        let box = [mark.box.left, mark.box.top, mark.box.right, mark.box.bottom].map { $0.fixed(4) }
        var values = [
            Reason.Value(name: "frame", value: frame.utc.rfc3339),
            Reason.Value(name: "box", value: box.joined(separator: " ")),
        ]
        if !mark.note.isEmpty { values.insert(Reason.Value(name: "note", value: mark.note), at: 0) }
        self.init(
            rule: "mark", ruleVersion: "1", sceneType: sceneType, severity: sceneType.severity, confidence: 1,
            reasons: [.mark(by: mark.by, values: values)], object: object, geotag: geotag, refusal: refusal,
            frame: frame.frame, utc: frame.utc, provenance: frame.provenance)
        telemetry = frame.telemetry
    }
}
