public import Inspection

extension FindingJoiner {
    /// Takes what a person marked in a frame of this flight that was observed already. It joins a known thing, or is a new
    /// one: either is a finding at once. The joining's time, and what the frames told of things seen since, stay as they are.
    /// The last event is the mark's own; the same mark sent again says again what it said.
    public mutating func mark(_ detection: Detection) -> [FindingEvent] {
        let detection = errorsTaken.map { detection.without($0) } ?? detection
        counters.marks += 1
        counters.detections += 1
        if plane == nil { plane = Sighted.usable(detection.geotag).flatMap { LocalPlane(origin: $0.point) } }
        let mark = Sighted(detection, on: plane)
        if mark.place == nil { counters.withoutLocation += 1 }
        if let known = matters.firstIndex(where: { $0.sceneType == detection.sceneType.id && $0.has(mark) }) {
            return [tell(of: detection, known, isNew: false)]
        }
        let time = clock.moment(of: detection.frame.time)
        var association = Association(options: options, now: time, run: clock.run)
        if let known = association.match(mark, to: matters) {
            matters[known].take(mark, at: time, run: clock.run)
            let isNew = matters[known].stage == .tentative
            return [tell(of: detection, known, isNew: isNew)]
        }
        let events = makeRoom()
        matters.append(Matter(serial: nextSerial, first: mark, base: firstFinding(mark), now: time, run: clock.run))
        nextSerial += 1
        return events + [tell(of: detection, matters.count - 1, isNew: true)]
    }

    private mutating func tell(of detection: Detection, _ index: Int, isNew: Bool) -> FindingEvent {
        let isKnown = isNew && recognize(index)
        if isNew {
            matters[index].stage = .visible
            matters[index].reportedScore = matters[index].best?.score ?? 0
            matters[index].reportedAt = clock.now
            if !isKnown { counters.opened += 1 }
        }
        matters[index].reportedSightings = matters[index].sightings
        matters[index].reportedSeverity = matters[index].severity
        let finding = matters[index].finding(on: plane, options: options)
        return isNew && !isKnown ? .opened(finding, best: detection) : .marked(finding, best: detection)
    }
}
