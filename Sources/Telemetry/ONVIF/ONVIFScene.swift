import Inspection

/// Puts the elements of a metadata stream together to frames.
struct ONVIFScene: Sendable {
    /// Objects of one frame.
    static let objectLimit = 1000
    /// Renamed, split and merged ids of one frame.
    static let originLimit = 64

    /// One `tt:Frame` so far.
    private struct Frame: Sendable {
        var utc: UTCTime?
        var source = ""
        var colorspace: String?
        var transformation = ONVIFTransformation()
        /// Its transformation could not be read.
        var isLost = false
        var objects: [ONVIFObject] = []
        var origins: [String: (name: String, ids: String)] = [:]
    }

    private var roles: [ONVIFRole] = []
    private var frame: Frame?
    private var object: ONVIFObject?
    private var transformation: ONVIFTransformation?
    private var isTransformationBad = false
    private var entry = ONVIFClass.Entry(origin: .candidate, type: "", likelihood: nil)
    private var vehicle = ONVIFObject.Vehicle()
    private var color: ONVIFColor?
    private var weight: Double?
    private var from: [String] = []
    private var to: [String] = []

    /// The frame that ended with this event.
    mutating func take(_ event: XMLEvent, _ tally: (String) -> Void) -> MetadataReading? {
        switch event {
        case .start(let element):
            let role = (roles.last ?? .outer).child(element.name)
            roles.append(role)
            begin(role, element, tally)
        case .end(_, let text):
            guard let role = roles.popLast() else { return nil }
            if role == .frame { return endFrame(tally) }
            end(role, text, tally)
        case .documentEnd:
            tally("documents")
            self = ONVIFScene()
        case .fault(let fault):
            tally(fault == .truncated ? "documents_truncated" : "documents_refused_" + fault.rawValue)
            self = ONVIFScene()
        }
        return nil
    }

    // MARK: Beginnings

    private mutating func begin(_ role: ONVIFRole, _ element: XMLElement, _ tally: (String) -> Void) {
        switch role {
        case .frame: frame = Self.frame(element, tally)
        case .object:
            let parent = element["Parent"] ?? element["ParentUUID"]
            object = ONVIFObject(id: Self.id(element), parent: parent.flatMap(Self.text))
        case .frameTransformation, .objectTransformation:
            transformation = ONVIFTransformation()
            isTransformationBad = false
        case .translate:
            let translate = vector(element, default: 0)
            transformation?.translate = translate
        case .scale:
            let scale = vector(element, default: 1)
            transformation?.scale = scale
        case .boundingBox: object?.box = Self.extent(element, tally)
        case .point:
            guard let x = ONVIFNumber.read(element["x"]), let y = ONVIFNumber.read(element["y"]) else { return }
            if object?.outline == nil { object?.outline = ONVIFExtent(left: x, top: y, right: x, bottom: y) }
            object?.outline?.include(x, y)
        case .type, .candidate, .otherTypes:
            let origin: ONVIFClass.Origin = role == .type ? .type : role == .candidate ? .candidate : .other
            entry = .init(origin: origin, type: "", likelihood: Self.likelihood(element["Likelihood"], tally))
        case .cluster:
            color = nil
            weight = nil
        case .clusterColor: color = color(element)
        case .geoLocation:
            object?.latitude = ONVIFNumber.read(element["lat"])
            object?.longitude = ONVIFNumber.read(element["lon"])
            object?.elevation = ONVIFNumber.read(element["elevation"])
        case .vehicle: vehicle = ONVIFObject.Vehicle()
        case .vehicleType: vehicle.likelihood = Self.likelihood(element["Likelihood"], tally)
        case .direction: object?.direction = ONVIFNumber.read(element["yaw"])
        case .idle: object?.isIdle = true
        case .removed: object?.isRemoved = true
        case .rename, .split, .merge:
            from = []
            to = []
        case .relationFrom: if let id = Self.id(element), from.count < 16 { from.append(id) }
        case .relationTo: if let id = Self.id(element), to.count < 16 { to.append(id) }
        case .deleted: tally("tracks_deleted")
        case .ptzStatus: tally("ptz_statuses")
        case .notification: tally("events")
        default: break
        }
    }

    private static func frame(_ element: XMLElement, _ tally: (String) -> Void) -> Frame {
        var frame = Frame()
        frame.source = element["Source"].flatMap(text) ?? ""
        frame.colorspace = element["Colorspace"]
        if let utc = element["UtcTime"].flatMap(ONVIFTime.utc) {
            if ONVIFTime.isPlausible(utc) { frame.utc = utc } else { tally("implausible_times") }
        } else {
            tally("frames_without_time")
        }
        return frame
    }

    private mutating func vector(_ element: XMLElement, default value: Double) -> ONVIFTransformation.Vector {
        func number(_ name: String) -> Double {
            guard let text = element[name] else { return value }
            guard let number = ONVIFNumber.read(text) else {
                isTransformationBad = true
                return value
            }
            return number
        }
        return .init(x: number("x"), y: number("y"))
    }

    private static func extent(_ element: XMLElement, _ tally: (String) -> Void) -> ONVIFExtent? {
        guard let left = ONVIFNumber.read(element["left"]), let top = ONVIFNumber.read(element["top"]),
            let right = ONVIFNumber.read(element["right"]), let bottom = ONVIFNumber.read(element["bottom"])
        else {
            tally("boxes_without_edges")
            return nil
        }
        return ONVIFExtent(left: left, top: top, right: right, bottom: bottom)
    }

    private func color(_ element: XMLElement) -> ONVIFColor? {
        guard let x = ONVIFNumber.read(element["X"]), let y = ONVIFNumber.read(element["Y"]),
            let z = ONVIFNumber.read(element["Z"])
        else { return nil }
        return ONVIFColor(x: x, y: y, z: z, space: .init(element["Colorspace"] ?? frame?.colorspace), weight: nil)
    }

    // MARK: Ends

    private mutating func end(_ role: ONVIFRole, _ text: String, _ tally: (String) -> Void) {
        switch role {
        case .frameTransformation:
            if isTransformationBad { frame?.isLost = true } else { frame?.transformation = transformation ?? .init() }
        case .objectTransformation:
            if isTransformationBad { object?.isLost = true } else { object?.transformation = transformation }
        case .type:
            entry.type = Self.text(text) ?? ""
            object?.classes.add(entry)
        case .entryType: entry.type = Self.text(text) ?? ""
        case .entryLikelihood: entry.likelihood = Self.likelihood(text, tally)
        case .candidate, .otherTypes: object?.classes.add(entry)
        case .clusterWeight: weight = ONVIFNumber.read(text).flatMap { (0...1).contains($0) ? $0 : nil }
        case .cluster:
            guard var found = color, (object?.colors.count ?? 0) < ONVIFObject.colorLimit else { return }
            found.weight = weight
            object?.colors.append(found)
        case .vehicleType: vehicle.type = Self.text(text)
        case .vehicleBrand: vehicle.brand = Self.text(text)
        case .vehicleModel: vehicle.model = Self.text(text)
        case .vehicle: object?.take(vehicle)
        case .speed: object?.speed = ONVIFNumber.read(text)
        case .rename: relate("renamed_from")
        case .split: relate("split_from")
        case .merge: relate("merged_from")
        case .object:
            guard let ended = object else { return }
            object = nil
            if frame?.objects.count ?? 0 < Self.objectLimit {
                frame?.objects.append(ended)
            } else {
                tally("objects_dropped")
            }
        default: break
        }
    }

    private mutating func relate(_ name: String) {
        for id in to where frame?.origins.count ?? 0 < Self.originLimit {
            let others = from.filter { $0 != id }
            if !others.isEmpty { frame?.origins[id] = (name, others.joined(separator: " ")) }
        }
    }

    /// The frame that nothing more will come of; nil where none of its objects ended, which says nothing of what is seen.
    mutating func cutFrame(_ tally: (String) -> Void) -> MetadataReading? {
        frame?.objects.isEmpty == false ? endFrame(tally) : nil
    }

    private mutating func endFrame(_ tally: (String) -> Void) -> MetadataReading? {
        guard let ended = frame else { return nil }
        frame = nil
        tally("frames")
        var reading = MetadataReading(utc: ended.utc)
        reading.reportsObjects = true
        reading.boxUnit = .shares
        reading.stream = ended.source
        let transformation = ended.isLost ? nil : ended.transformation
        reading.objects = ended.objects.map { object in
            tally("objects")
            var object = object
            if let id = object.id, let origin = ended.origins[id] { object.origins[origin.name] = origin.ids }
            return object.object(transformation, tally)
        }
        return reading
    }

    // MARK: Values

    private static func id(_ element: XMLElement) -> String? {
        (element["ObjectId"] ?? element["UUID"]).flatMap(text)
    }

    /// Nil when blank or too long.
    private static func text(_ text: String) -> String? {
        let trimmed = XMLText.trimmed(text)
        return trimmed.isEmpty || trimmed.utf8.count > ONVIFObject.textLimit ? nil : trimmed
    }

    private static func likelihood(_ text: String?, _ tally: (String) -> Void) -> Double? {
        guard let text else { return nil }
        guard let number = ONVIFNumber.read(text), (0...1).contains(number) else {
            tally("likelihoods_refused")
            return nil
        }
        return number
    }
}
