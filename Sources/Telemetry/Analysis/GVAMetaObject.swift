import Inspection

/// A region of interest as `gvametaconvert` writes it: a rectangle, what a detector said, and what classifiers added, each
/// under its own name.
struct GVAMetaObject {
    private var object = ReportedObject()
    /// Pixels: left, top, width, height.
    private var x: Double?
    private var y: Double?
    private var width: Double?
    private var height: Double?
    private var shares: [Double?] = [nil, nil, nil, nil]
    private var roiType: String?
    private var isObject = true

    init(_ json: inout AnalysisJSON) throws(AnalysisFault) {
        var read = self
        read.isObject = try json.objectIfAny { (name, json) throws(AnalysisFault) in
            switch name {
            case "x": read.x = try json.numberIfAny()
            case "y": read.y = try json.numberIfAny()
            case "w": read.width = try json.numberIfAny()
            case "h": read.height = try json.numberIfAny()
            case "id": read.object.track = try json.textIfAny()
            case "roi_type": read.roiType = try json.textIfAny()
            case "region_id", "parent_id": read.object.note(name, try json.attributeIfAny())
            case "detection": try read.detection(&json)
            case "tensors": try json.skip()
            case "zone_violations": read.object.note(name, try json.textsIfAny())
            default: try read.classification(name, &json)
            }
        }
        self = read
    }

    private init() {}

    private mutating func detection(_ json: inout AnalysisJSON) throws(AnalysisFault) {
        var read = self
        try json.objectIfAny { (name, json) throws(AnalysisFault) in
            switch name {
            case "label": read.object.label = try json.textIfAny()
            case "confidence": read.object.confidence = try json.numberIfAny()
            case "label_id": read.object.note(name, try json.attributeIfAny())
            case "bounding_box":
                try json.objectIfAny { (name, json) throws(AnalysisFault) in
                    switch name {
                    case "x_min": read.shares[0] = try json.numberIfAny()
                    case "y_min": read.shares[1] = try json.numberIfAny()
                    case "x_max": read.shares[2] = try json.numberIfAny()
                    case "y_max": read.shares[3] = try json.numberIfAny()
                    default: try json.skip()
                    }
                }
            default: try json.skip()
            }
        }
        self = read
    }

    /// `"color": {"label": "red", "confidence": 0.9, "model": {"name": …}}` becomes the attributes `color` and
    /// `color_confidence`; a plain value is an attribute of its own.
    private mutating func classification(_ name: String, _ json: inout AnalysisJSON) throws(AnalysisFault) {
        guard try json.kind() == .object else { return object.note(name, try json.attributeIfAny()) }
        var label: FrameObject.Attribute?
        var confidence: Double?
        try json.object { (member, json) throws(AnalysisFault) in
            switch member {
            case "label": label = try json.attributeIfAny()
            case "confidence": confidence = try json.numberIfAny()
            default: try json.skip()
            }
        }
        guard label != nil else { return }
        object.note(name, label)
        object.note(name + "_confidence", confidence.map { .number($0) })
    }

    /// With its box as shares. Nil, and counted, for what is no object.
    func reported(
        _ size: AnalysisOptions.PictureSize?, _ rounding: Double, _ tally: (String) -> Void
    ) -> ReportedObject? {
        guard isObject else {
            tally("bad_objects")
            return nil
        }
        var object = object
        if object.label?.isEmpty ?? true { object.label = roiType }
        var stated: FrameObject.Box?
        if let left = shares[0], let top = shares[1], let right = shares[2], let bottom = shares[3] {
            stated = FrameObject.Box(left: left, top: top, right: right, bottom: bottom)
        }
        object.box = stated
        guard let x, let y, let width, let height else { return object }
        guard let size else {
            if stated == nil { tally("objects_without_picture_size") }
            return object
        }
        let pixels = FrameObject.Box(
            left: x / size.width, top: y / size.height, right: (x + width) / size.width,
            bottom: (y + height) / size.height)
        guard let stated else {
            object.box = pixels
            return object
        }
        let cut = stated.shares(ofWidth: 1, height: 1) ?? stated
        let isSame =
            abs(cut.left - pixels.left) * size.width <= rounding
            && abs(cut.right - pixels.right) * size.width <= rounding
            && abs(cut.top - pixels.top) * size.height <= rounding
            && abs(cut.bottom - pixels.bottom) * size.height <= rounding
        if !isSame {
            tally("box_disagreements")
            object.box = pixels
        }
        return object
    }
}
