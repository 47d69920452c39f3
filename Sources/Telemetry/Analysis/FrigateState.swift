import Inspection

/// A tracked object as Frigate's `before` and `after` give it.
struct FrigateState {
    private(set) var object = ReportedObject()
    private(set) var camera: String?
    /// Of the frame that the box is of: seconds since 1970.
    private(set) var frameTime: Double?
    private(set) var isFalsePositive = false
    private var topScore: Double?

    /// Nil for null.
    init?(_ json: inout AnalysisJSON) throws(AnalysisFault) {
        var read = self
        guard
            try json.objectIfAny({ (name, json) throws(AnalysisFault) in try read.member(name, &json) })
        else { return nil }
        if read.object.confidence == nil {
            read.object.confidence = read.topScore
        } else {
            read.object.note("top_score", read.topScore.map { .number($0) })
        }
        self = read
    }

    private mutating func member(_ name: AnalysisName, _ json: inout AnalysisJSON) throws(AnalysisFault) {
        switch name {
        case "id": object.track = try json.textIfAny()
        case "camera": camera = try json.textIfAny()
        case "frame_time": frameTime = try json.numberIfAny()
        case "label": object.label = try json.textIfAny()
        case "score": object.confidence = try json.numberIfAny()
        case "top_score": topScore = try json.numberIfAny()
        case "false_positive": isFalsePositive = try json.boolIfAny() ?? false
        case "box": object.box = try Self.box(&json)
        case "stationary", "active", "current_estimated_speed", "velocity_angle":
            object.note(name.text, try json.attributeIfAny())
        case "sub_label", "recognized_license_plate": try named(name.text, &json)
        case "current_zones": object.note("zones", try json.textsIfAny())
        case "attributes":
            // A part of the object that was seen with it, and how surely.
            var found = object
            try json.objectIfAny { (name, json) throws(AnalysisFault) in
                found.note(name.text, try json.numberIfAny().map { .number($0) })
            }
            object = found
        default: try json.skip()
        }
    }

    /// A text, or a text and its score.
    private mutating func named(_ name: String, _ json: inout AnalysisJSON) throws(AnalysisFault) {
        guard try json.kind() == .array else { return object.note(name, try json.attributeIfAny()) }
        var values: [FrameObject.Attribute?] = []
        try json.array { (json) throws(AnalysisFault) in
            let value = try json.attributeIfAny()
            if values.count < 2 { values.append(value) }
        }
        object.note(name, values.first ?? nil)
        if values.count == 2 { object.note(name + "_score", values[1]) }
    }

    private static func box(_ json: inout AnalysisJSON) throws(AnalysisFault) -> FrameObject.Box? {
        var edges: [Double] = []
        try json.arrayIfAny { (json) throws(AnalysisFault) in
            let edge = try json.numberIfAny()
            if edges.count < 5 { edges.append(edge ?? .nan) }
        }
        guard edges.count == 4, edges.allSatisfy(\.isFinite) else { return nil }
        return FrameObject.Box(left: edges[0], top: edges[1], right: edges[2], bottom: edges[3])
    }
}
