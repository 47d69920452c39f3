import Findings
import Geodesy
import Geotagging
import Inspection

/// What is known of the ground that the camera comes near.
extension FlightReview {
    /// Asks the store what is known of the ground that may come into the picture, once the camera has come near the end of
    /// what was asked for.
    mutating func ask(_ ground: GroundView, of flight: Flight) throws(StoreError) {
        let camera = ground.camera
        let reach = ground.reach
        if let asked {
            guard asked.center.flatDistance(to: camera) + reach > asked.radius else { return }
        }
        let radius = 1.5 * reach + 200
        // What cannot be asked now is not asked again in the next frame.
        asked = (camera, radius)
        let subjects = try store.subjects(
            of: flight, around: camera, radius: radius, limit: Self.maximumPlaces)
        let (before, old) = (placeOf, places)
        removePlaces()
        for subject in subjects {
            if let index = before[subject.known.id] { add(old[index]) } else { add(subject) }
        }
        // Of this flight's own the store may not know yet.
        for place in old where own.contains(place.known.id) && placeOf[place.known.id] == nil { add(place) }
    }

    private mutating func add(_ place: Place) {
        guard places.count < Self.maximumPlaces else { return }
        placeOf[place.known.id] = places.count
        places.append(place)
        due.append(.min)
        dueUnexamined.append(.min)
        let matter = matters[place.matter, default: matters.count]
        matters[place.matter] = matter
        if matter == examinations.count { examinations.append(nil) }
        matterOf.append(matter)
    }

    private mutating func add(_ subject: ReflightSubject) {
        let terms = terms(subject.known.sceneType).of(subject.known)
        add(
            Place(
                known: subject.known, terms: terms,
                record: ReflightRecord(looks: subject.looks, sightings: subject.sightings),
                matter: Matter(sceneType: subject.known.sceneType, rule: subject.rule)))
    }

    /// What this flight found is looked at too, so that it becomes known how surely it is detected.
    mutating func meet(_ finding: Finding) {
        guard let place = finding.location, placeOf[finding.id] == nil, finding.status == .open else { return }
        own.insert(finding.id)
        add(
            ReflightSubject(
                known: KnownFinding(
                    id: finding.id, sceneType: finding.sceneType, severity: finding.severity, status: finding.status,
                    statusSince: finding.firstSeen, firstSeen: finding.firstSeen, lastSeen: finding.lastSeen,
                    sightings: finding.sightings, point: place.point, ellipse: place.ellipse, gsd: place.gsd),
                rule: finding.rule, looks: 0, sightings: 0))
    }
}
