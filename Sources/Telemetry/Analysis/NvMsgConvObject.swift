import Geodesy
import Inspection

/// The `object` of the full schema. Its class is the name of a member, which holds the confidence and what classifiers say.
enum NvMsgConvObject {
    /// Members that are objects and no class.
    private static let others: Set<String> = [
        "bbox", "location", "coordinate", "pose", "pose3D", "pose25D", "bbox3d", "embedding", "mask", "signature",
        "gaze",
        "lipActivity", "foot_loc2D", "footLoc2D", "convexHull", "maskoutline",
    ]

    /// Nil for what is no object.
    static func read(_ json: inout AnalysisJSON) throws(AnalysisFault) -> ReportedObject? {
        var object = ReportedObject()
        var location: (latitude: Double?, longitude: Double?, altitude: Double?) = (nil, nil, nil)
        let isObject = try json.objectIfAny { (name, json) throws(AnalysisFault) in
            switch name {
            case "id": object.track = track(try json.textIfAny() ?? "")
            case "confidence": object.confidence = try json.numberIfAny() ?? object.confidence
            case "speed", "direction", "orientation":
                // Zero is what is written where nothing measures it.
                if let number = try json.numberIfAny(), number != 0 { object.note(name.text, .number(number)) }
            case "bbox": object.box = try box(&json)
            case "location":
                try json.objectIfAny { (name, json) throws(AnalysisFault) in
                    switch name {
                    case "lat": location.latitude = try json.numberIfAny()
                    case "lon": location.longitude = try json.numberIfAny()
                    case "alt": location.altitude = try json.numberIfAny()
                    default: try json.skip()
                    }
                }
            default:
                guard object.label == nil, !others.contains(name.text), try json.kind() == .object else {
                    return try json.skip()
                }
                object.label = name.text
                try classification(&json, &object)
            }
        }
        guard isObject else { return nil }
        place(location, &object)
        return object
    }

    /// Of what no tracker follows: −1, or the largest number of 64 bits.
    static func track(_ text: some StringProtocol) -> String? {
        ["", "-1", "18446744073709551615"].contains(String(text)) ? nil : String(text)
    }

    private static func classification(
        _ json: inout AnalysisJSON, _ object: inout ReportedObject
    ) throws(AnalysisFault) {
        var read = object
        try json.object { (name, json) throws(AnalysisFault) in
            if name == "confidence" {
                read.confidence = try json.numberIfAny()
            } else {
                read.note(name.text, try json.attributeIfAny())
            }
        }
        object = read
    }

    private static func box(_ json: inout AnalysisJSON) throws(AnalysisFault) -> FrameObject.Box? {
        var edges: [Double?] = [nil, nil, nil, nil]
        try json.objectIfAny { (name, json) throws(AnalysisFault) in
            switch name {
            case "topleftx": edges[0] = try json.numberIfAny()
            case "toplefty": edges[1] = try json.numberIfAny()
            case "bottomrightx": edges[2] = try json.numberIfAny()
            case "bottomrighty": edges[3] = try json.numberIfAny()
            default: try json.skip()
            }
        }
        guard let left = edges[0], let top = edges[1], let right = edges[2], let bottom = edges[3] else { return nil }
        return FrameObject.Box(left: left, top: top, right: right, bottom: bottom)
    }

    /// The schema names no datum of `alt`: it is taken as a height above the ellipsoid. 0, 0 is what is written where nothing
    /// is known.
    private static func place(
        _ location: (latitude: Double?, longitude: Double?, altitude: Double?), _ object: inout ReportedObject
    ) {
        guard let latitude = location.latitude, let longitude = location.longitude, let altitude = location.altitude,
            abs(latitude) <= 90, abs(longitude) <= 180, latitude != 0 || longitude != 0,
            (-500...20_000).contains(altitude)
        else { return }
        object.position = FrameObject.StatedPosition(
            point: GeodeticPoint(latitude: latitude, longitude: longitude, height: altitude), sigma: nil)
    }
}
