import LocatedYAML

extension Scenario {
    /// Bounds the work of a frame.
    private static let objectsMax = 2000

    /// The objects of a list; `taken` holds the ids of those read before.
    static func objects(
        _ top: YAMLMapping, _ key: String = "objects", flight: Int = 1, taken: inout Set<String>
    ) -> [Object] {
        var names = taken
        var objects = top.list(key) { item in
            let object = Object(item)
            if !names.insert(object.id).inserted { item.complain("id", "is taken") }
            return object
        }
        if names.count > objectsMax { top.complain(key, "makes more than \(objectsMax) objects") }
        for index in objects.indices {
            objects[index].number = taken.count + index
            objects[index].arrival = flight
        }
        taken = names
        return Array(objects.prefix(objectsMax))
    }
}

extension Scenario.Object {
    fileprivate init(_ item: YAMLMapping) {
        id = item.string("id")
        kind = item.enumeration("kind", placeholder: .wastePile)
        label = item.string("label", default: "")
        sceneType = item.string("scene_type", default: "")
        stops = Self.stops(item)
        let moves = item.has("path")
        north = moves && !item.has("north_m") ? stops.first?.north ?? 0 : item.meters("north_m")
        east = moves && !item.has("east_m") ? stops.first?.east ?? 0 : item.meters("east_m")
        heading = item.number("heading_deg", default: 0, in: -360...360)
        let usual = kind.size
        size = item.mapping("size_m") {
            Size(
                width: $0.number("w", default: usual.width, in: 0.1...200),
                length: $0.number("l", default: usual.length, in: 0.1...200),
                height: $0.number("h", default: usual.height, in: 0.05...100))
        }
        color = item.optionalString("color")
        mask = item.bool("mask", default: false)
        if let color, Color(hex: color) == nil { item.complain("color", "is no color", hint: "write \"#RRGGBB\"") }
        if isMatter, label.isEmpty {
            item.complain("scene_type", "needs a label beside it: no analyser could report it")
        }
        if item.has("mask"), kind != .worker { item.complain("mask", "is for a worker only") }
        if label.utf8.count > 100 { item.complain("label", "is longer than 100 bytes") }
    }

    private static func stops(_ item: YAMLMapping) -> [Stop] {
        var stops: [Stop] = []
        _ = item.list("path") { part in
            let stop = Stop(
                time: part.required("at_s", in: 0...3600), north: part.meters("north_m"), east: part.meters("east_m"))
            if let last = stops.last, stop.time <= last.time {
                part.complain("at_s", "must come later than the stop before it")
            } else {
                stops.append(stop)
            }
        }
        return stops
    }
}
