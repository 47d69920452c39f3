import Inspection

extension Finding {
    /// Its part; where it says none, all of it is one flight's.
    var sharedPart: Part { part ?? Part(id: id, flight: flight, sightings: sightings) }

    /// Adds what a flight saw. Seen by one flight alone, it is what that flight last said. Of several, it keeps where it was
    /// first found, spans all of them, and says of rule and place what the surest of them said.
    mutating func take(_ seen: Finding, part: Part, adding count: Int) {
        let total = sightings &+ count
        if part.id == id, total == part.sightings {
            let status = status
            self = seen
            self.status = status
        } else {
            firstSeen = min(firstSeen, seen.firstSeen)
            lastSeen = max(lastSeen, seen.lastSeen)
            severity = max(severity, seen.severity)
            if seen.confidence >= confidence || !(confidence >= 0) {
                confidence = seen.confidence
                rule = seen.rule
                ruleVersion = seen.ruleVersion
                reasons = seen.reasons
            }
            // Flights err each in its own way, and which of them has the truth nobody knows: the surest is believed.
            // How fine it must be shown to be seen stays as those say who found it: by that it is counted how often it is missed.
            let gsd = location?.gsd ?? seen.location?.gsd
            if let place = seen.location, !(location.map { $0.ce90 <= place.ce90 } ?? false) { location = place }
            location?.gsd = gsd
            if location != nil { refusal = nil }
        }
        sightings = total
        self.part = nil
    }

    /// Takes where a flight now says that it saw it; of several, when that is as sure as what is kept. False when nothing
    /// changes.
    mutating func correct(_ seen: Finding, part: Part) -> Bool {
        guard let place = seen.location, place != location else { return false }
        let isAlone = part.id == id && sightings == part.sightings
        let isSurest = location.map { place.ce90 <= 1.01 * $0.ce90 } ?? true
        guard isAlone || isSurest else { return false }
        let gsd = isAlone ? place.gsd : location?.gsd ?? place.gsd
        location = place
        location?.gsd = gsd
        return true
    }
}

extension Detection.Reason {
    /// True for what is kept whatever is seen next: a person's mark, that the matter was gone or came back, and what the disk had
    /// no room for.
    var outlivesSightings: Bool { isMark || isRecurrence || isClearance || isLeftOut }
}
