import Geodesy
import Inspection

extension FindingJoiner {
    /// Looks whether a thing about to open is a finding that other flights know. True when it now has that finding's id.
    mutating func recognize(_ index: Int) -> Bool {
        guard let recall, let plane, let thing = thing(index) else { return false }
        let own = matters[index].base.id
        let reach = Recognition.maximumDistance(options) + FlightShift.maximum
        let rivals = rivals(of: index, within: reach)
        // What a rival may be counts as well.
        let radius = reach + (rivals.map { $0.place.distance(to: thing.place) }.max() ?? 0)
        let answer = recall(
            KnownFindings.Query(
                part: own, sceneType: matters[index].sceneType, point: plane.point(at: thing.place, height: 0),
                radius: radius, seenSince: thing.seen.advanced(byMicroseconds: -Int64(thing.remembered * 1e6))))
        let recognition = Recognition(options: options, began: flight.firstFrame, shift: shift)
        func isTaken(_ id: FindingID) -> Bool { matters.contains { $0.base.id == id } }
        let match: Recognition.Match?
        if let decided = answer.decided {
            // The same file again: what was decided is not decided anew, whatever has become of the finding.
            guard decided != own, !isTaken(decided), let known = answer.near.first(where: { $0.id == decided })
            else { return false }
            match = Recognition.Match(known: known, meeting: recognition.meeting(thing, known) ?? .again)
        } else {
            let known = answer.near.filter { $0.sceneType == matters[index].sceneType && !isTaken($0.id) }
            guard !known.isEmpty else { return false }
            match = recognition.match([thing] + rivals, among: known, on: plane)
        }
        guard let match else { return false }
        shift.add(thing.place, known: plane.place(of: match.known.point), common: thing.common)
        matters[index].become(match, in: flight.id)
        counters.recognized += 1
        switch match.meeting {
        case .again: break
        case .suppressed: counters.suppressed += 1
        case .recurred: counters.recurred += 1
        }
        return true
    }

    /// A thing that was taken for a dismissed finding, and then seen to be worse, is a finding of its own after all.
    mutating func outgrow(_ index: Int) {
        let id = ids.uuid(
            at: matters[index].ownFirstSeen,
            of: [gateway.text, flight.content, matters[index].base.id.description, "worse than dismissed"])
        matters[index].stand(alone: id)
    }

    /// Nil for a thing without a place of its own.
    private func thing(_ index: Int) -> Recognition.Thing? {
        let matter = matters[index]
        guard !matter.isWholeFrame, let plane, let fusion = matter.fusion, let best = matter.best else { return nil }
        let type = best.detection.sceneType
        return Recognition.Thing(
            place: fusion.mean,
            covariance: fusion.location(on: plane, randomShare: options.randomShare).ellipse.covariance,
            common: fusion.commonMoves,
            firstSeen: matter.ownFirstSeen, seen: matter.base.lastSeen, severity: matter.severity,
            isMarked: matter.hasMarks,
            remembered: Self.remembered(type, options))
    }

    /// Things that may open next and be what is known there. Only those seen beside it: others may be strays of this very
    /// thing.
    private func rivals(of index: Int, within reach: Double) -> [Recognition.Thing] {
        guard let place = matters[index].fusion?.mean else { return [] }
        return matters.indices.compactMap { other in
            let matter = matters[other]
            guard other != index, matter.stage == .tentative, matter.sceneType == matters[index].sceneType,
                matter.isBeside(matters[index].serial) || matters[index].isBeside(matter.serial),
                let mean = matter.fusion?.mean, mean.distance(to: place) <= 2 * reach
            else { return nil }
            return thing(other)
        }
    }
}
