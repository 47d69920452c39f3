import Findings
import Geodesy
import Geotagging
import Inspection
import Rules

/// Looking at the places in the picture.
extension FlightReview {
    struct Picture {
        var frame: FrameMetadata
        var ground: GroundView?
        var rules: RuleClassifier
    }

    mutating func resolve(_ sight: JoinedSight) -> [Act] {
        guard let finding = sight.finding, !resolved.contains(sight.thing) else { return [] }
        resolved.insert(sight.thing)
        let events = check?.resolve(sight.thing, as: finding) ?? []
        return acts(events)
    }

    /// At the places of what was detected: it is there, or something like it.
    mutating func look(_ picture: Picture, at sights: [JoinedSight]) -> [Act] {
        var acts: [Act] = []
        for sight in sights {
            if let finding = sight.finding {
                if let index = placeOf[finding] { acts += look(picture, at: index, .same, nil) }
                continue
            }
            for index in places.indices where places[index].known.sceneType == sight.sceneType {
                guard places[index].known.point.flatDistance(to: sight.point) <= Self.reach else { continue }
                acts += look(picture, at: index, .alike(thing: sight.thing), nil)
            }
        }
        return acts
    }

    /// At the places in the picture whose turn it is.
    mutating func look(_ picture: Picture) -> [Act] {
        guard let ground = picture.ground, !places.isEmpty else { return [] }
        let now = picture.frame.utc.microseconds
        var acts: [Act] = []
        var (looks, views) = (Self.looksPerFrame, Self.viewsPerFrame)
        for _ in places.indices where looks > 0 && views > 0 {
            let index = cursor < places.count ? cursor : 0
            cursor = index + 1
            guard due[index] <= now else { continue }
            let isUnexaminedDue = dueUnexamined[index] <= now
            guard examination(picture, index) != .nowhere || isUnexaminedDue else { continue }
            views -= 1
            guard let shown = shown(places[index], in: ground) else {
                due[index] = now &+ Self.rest
                continue
            }
            let isExamined = isExamined(picture, index)
            guard isExamined || isUnexaminedDue else { continue }
            looks -= 1
            let sight: ReflightLook.Sight =
                isExamined && isUntold(picture, shown, index) ? .alike(thing: .min) : .nothing
            acts += look(picture, at: index, sight, shown, isExamined: isExamined)
        }
        return acts
    }

    /// With the errors of both all around it, and half of the thing.
    private func shown(_ place: Place, in ground: GroundView?) -> GroundView.Look? {
        ground?.look(at: place.known.point) { ce90 in
            ReflightCheck.margin(of: place.known, lookCE90: ce90, terms: place.terms)
        }
    }

    /// Something of its labels lies at the place, and no rule says anything of it: it was seen with little confidence, or is
    /// licensed now. It is not gone. What lies nearer to the place of another is that one: a pose that is off moves both.
    private func isUntold(_ picture: Picture, _ shown: GroundView.Look, _ index: Int) -> Bool {
        let place = places[index]
        let near = max(Self.slack, Self.error(of: place, shown))
        guard case let slack = near / shown.gsd, slack.isFinite else { return false }
        return picture.frame.objects.contains { object in
            guard object.kind == .detected else { return false }
            if let box = object.box {
                guard Self.distance(shown.pixel, to: box) <= slack else { return false }
            } else {
                guard let away = object.statedPosition?.point.flatDistance(to: place.known.point), away <= near
                else { return false }
            }
            return picture.rules.asks(about: object.label, for: place.known.sceneType)
                && !isAnother(object, than: index, within: near, in: picture, shown)
        }
    }

    /// The thing of another place, which lies nearer to it.
    private func isAnother(
        _ object: FrameObject, than index: Int, within near: Double, in picture: Picture, _ shown: GroundView.Look
    ) -> Bool {
        let place = places[index].known.point
        return places.indices.contains { other in
            guard other != index, case let point = places[other].known.point, point.flatDistance(to: place) <= 3 * near,
                picture.rules.asks(about: object.label, for: places[other].known.sceneType)
            else { return false }
            if let box = object.box {
                guard let seen = self.shown(places[other], in: picture.ground)?.pixel else { return false }
                return Self.distance(seen, toMiddleOf: box) < Self.distance(shown.pixel, toMiddleOf: box)
            }
            guard let stated = object.statedPosition?.point else { return false }
            return stated.flatDistance(to: point) < stated.flatDistance(to: place)
        }
    }

    /// Pixels from a point to the nearest of a box, along the farther axis; 0 within.
    private static func distance(_ pixel: Pixel, to box: FrameObject.Box) -> Double {
        max(box.left - pixel.u, pixel.u - box.right, box.top - pixel.v, pixel.v - box.bottom, 0)
    }

    private static func distance(_ pixel: Pixel, toMiddleOf box: FrameObject.Box) -> Double {
        let (u, v) = (pixel.u - (box.left + box.right) / 2, pixel.v - (box.top + box.bottom) / 2)
        return (u * u + v * v).squareRoot()
    }

    private mutating func examination(_ picture: Picture, _ index: Int) -> RuleClassifier.Examination {
        if let known = examinations[matterOf[index]] { return known }
        let matter = places[index].matter
        let examination = picture.rules.examination(
            of: matter.sceneType, foundBy: matter.rule, in: picture.frame, known: labels)
        examinations[matterOf[index]] = examination
        return examination
    }

    private mutating func isExamined(_ picture: Picture, _ index: Int) -> Bool {
        switch examination(picture, index) {
        case .nowhere: return false
        case .everywhere: return true
        case .dependsOnPlace:
            placesAsked &+= 1
            let place = places[index]
            return picture.rules.examines(
                place.matter.sceneType, foundBy: place.matter.rule, at: place.known.point, in: picture.frame,
                known: labels)
        }
    }

    private mutating func look(
        _ picture: Picture, at index: Int, _ sight: ReflightLook.Sight, _ shown: GroundView.Look?,
        isExamined: Bool? = nil
    ) -> [Act] {
        let place = places[index]
        let frame = picture.frame
        let now = frame.utc.microseconds
        let shown = shown ?? self.shown(place, in: picture.ground)
        let isExamined = isExamined ?? self.isExamined(picture, index)
        let pause = Int64((place.terms.interval * 1e6).rounded())
        if isExamined { due[index] = now &+ pause }
        dueUnexamined[index] = now &+ pause
        if watched.insert(place.known.id).inserted {
            guard watched.count <= 16 * Self.maximumPlaces else { return [] }
            let retired = check?.watch(place.known, terms: place.terms, record: place.record) ?? []
            return acts(retired) + look(picture, at: index, sight, shown, isExamined: isExamined)
        }
        let look = ReflightLook(
            frame: frame.frame, utc: frame.utc, isExamined: isExamined, isInside: shown?.isInside ?? false,
            gsd: shown?.gsd ?? .nan, depression: shown?.depression ?? .nan, aside: shown?.aside ?? 1,
            camera: picture.ground?.camera ?? place.known.point, sight: sight)
        let box = shown.flatMap { Self.box(around: $0, of: place, in: frame.frame) }
        // In a line of its own: else all that is watched would be copied for it.
        let events = check?.look(look, at: place.known.id) ?? []
        return acts(events, box: box)
    }

    /// Metres, at 90 %, between a place and what the picture shows of it.
    private static func error(of place: Place, _ look: GroundView.Look) -> Double {
        let (known, shown) = (place.known.ellipse.ce90, look.ce90 ?? 0)
        return (known * known + shown * shown).squareRoot()
    }

    /// Wide enough for the thing wherever the errors have it.
    private static func box(around look: GroundView.Look, of place: Place, in frame: Frame) -> FrameObject.Box? {
        let half = (error(of: place, look) + place.terms.size / 2) / look.gsd
        guard half.isFinite else { return nil }
        return FrameObject.Box(
            left: look.pixel.u - half, top: look.pixel.v - half, right: look.pixel.u + half,
            bottom: look.pixel.v + half
        ).shares(ofWidth: frame.width, height: frame.height).map(frame.orientation.shown)
    }
}
