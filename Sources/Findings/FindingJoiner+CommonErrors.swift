import Geodesy
public import Inspection

extension FindingJoiner {
    /// Begins to estimate what is wrong with all of the flight's poses.
    public mutating func estimateCommonErrors() { commonErrors = CommonErrorEstimate() }

    /// What all sightings of the flight say of it, and what is known of their places; nil where that is nothing. `taken`:
    /// seconds by which poses are to be looked up earlier. Ask at the end.
    public func commonErrorsAnswer(
        taken: Double, recall: (@Sendable (KnownFindings.Query) -> KnownFindings)? = nil
    ) -> CommonErrors? {
        guard let plane, let commonErrors else { return nil }
        let reach = 2 * commonErrors.options.reach + commonErrors.options.lead
        let (part, options) = (flight.id, options)
        let known = recall.map { recall in
            { (type: SceneType, place: SIMD2<Double>, seen: UTCTime) in
                let point = plane.point(at: Place(north: place.x, east: place.y), height: 0)
                let remembered = Int64(min(Self.remembered(type, options), 1e10) * 1e6)
                let answer = recall(
                    KnownFindings.Query(
                        part: part, sceneType: type.id, point: point, radius: reach,
                        seenSince: seen.advanced(byMicroseconds: -remembered)))
                return answer.near.filter { $0.sceneType == type.id && $0.status != .cleared }.map { known in
                    let place = plane.place(of: known.point)
                    return SIMD2(place.north, place.east)
                }
            }
        }
        return commonErrors.answer(taken: taken, recall: known)
    }

    /// Takes it out of the place of everything that is seen from now on. Before the flight's first frame.
    public mutating func take(_ errors: CommonErrors?) { errorsTaken = errors }

    /// Seconds that a thing of a type is remembered.
    static func remembered(_ type: SceneType, _ options: Options) -> Double {
        type.remembered ?? (type.footing == .standing ? options.passingSeconds : options.lastingSeconds)
    }

    /// What may walk tells nothing of poses.
    mutating func noteErrors(_ sighted: Sighted, of matter: Int) {
        guard commonErrors != nil, !sighted.mayMove, !sighted.isCutOff, let place = sighted.place,
            let geotag = sighted.detection.geotag, let rest = geotag.ellipse.covariance.without(geotag.common)
        else { return }
        let view = ErringMatter.View(
            place: SIMD2(place.north, place.east), slope: geotag.perSecond ?? SIMD2(0, 0), common: geotag.common,
            variance: (rest.northNorth + rest.eastEast) / 2, count: 1)
        commonErrors?.add(
            view, of: matter, sceneType: sighted.detection.sceneType, seen: sighted.detection.utc, now: clock.now)
    }
}
