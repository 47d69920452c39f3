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
    /// Left, top, right, bottom; not a number where it is not stated.
    private var shares = SIMD4<Double>(repeating: .nan)
    private var roiType: String?
    private var isObject = true

    mutating func read(_ json: inout AnalysisJSON) throws(AnalysisFault) {
        isObject = try json.objectIfAny { (name, json) throws(AnalysisFault) in
            switch name {
            case "x": x = try json.numberIfAny()
            case "y": y = try json.numberIfAny()
            case "w": width = try json.numberIfAny()
            case "h": height = try json.numberIfAny()
            case "id": object.track = try json.textIfAny()
            case "roi_type": roiType = try json.textIfAny()
            case "region_id", "parent_id": object.note(name.text, try json.attributeIfAny())
            case "detection": try readDetection(&json)
            case "tensors": try json.skip()
            case "zone_violations": object.note(name.text, try json.textsIfAny())
            default: try readClassification(name.text, &json)
            }
        }
    }

    private mutating func readDetection(_ json: inout AnalysisJSON) throws(AnalysisFault) {
        try json.objectIfAny { (name, json) throws(AnalysisFault) in
            switch name {
            case "label": object.label = try json.textIfAny()
            case "confidence": object.confidence = try json.numberIfAny()
            case "label_id": object.note(name.text, try json.attributeIfAny())
            case "bounding_box":
                try json.objectIfAny { (name, json) throws(AnalysisFault) in
                    switch name {
                    case "x_min": shares[0] = try json.numberIfAny() ?? .nan
                    case "y_min": shares[1] = try json.numberIfAny() ?? .nan
                    case "x_max": shares[2] = try json.numberIfAny() ?? .nan
                    case "y_max": shares[3] = try json.numberIfAny() ?? .nan
                    default: try json.skip()
                    }
                }
            default: try json.skip()
            }
        }
    }

    /// `"color": {"label": "red", "confidence": 0.9, "model": {"name": …}}` becomes the attributes `color` and
    /// `color_confidence`; a plain value is an attribute of its own.
    private mutating func readClassification(_ name: String, _ json: inout AnalysisJSON) throws(AnalysisFault) {
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

    /// With its box as shares. Nil, and counted, for what is no object or not fit for use.
    mutating func judged(
        _ size: AnalysisOptions.PictureSize?, _ rounding: Double, _ tally: (String) -> Void
    ) -> FrameObject? {
        guard isObject else {
            tally("bad_objects")
            return nil
        }
        if object.label?.isEmpty ?? true { object.label = roiType }
        object.box = box(size, rounding, tally)
        return object.judged(.shares, tally)
    }

    /// As shares: that of the pixels where both are given and differ.
    private func box(
        _ size: AnalysisOptions.PictureSize?, _ rounding: Double, _ tally: (String) -> Void
    ) -> FrameObject.Box? {
        var stated: FrameObject.Box?
        if all(shares .== shares) {
            stated = FrameObject.Box(left: shares[0], top: shares[1], right: shares[2], bottom: shares[3])
        }
        guard let x, let y, let width, let height else { return stated }
        guard let size else {
            if stated == nil { tally("objects_without_picture_size") }
            return stated
        }
        let pixels = FrameObject.Box(
            left: x / size.width, top: y / size.height, right: (x + width) / size.width,
            bottom: (y + height) / size.height)
        guard let stated else { return pixels }
        let cut = stated.shares(ofWidth: 1, height: 1) ?? stated
        let isSame =
            abs(cut.left - pixels.left) * size.width <= rounding
            && abs(cut.right - pixels.right) * size.width <= rounding
            && abs(cut.top - pixels.top) * size.height <= rounding
            && abs(cut.bottom - pixels.bottom) * size.height <= rounding
        if isSame { return stated }
        tally("box_disagreements")
        return pixels
    }
}
