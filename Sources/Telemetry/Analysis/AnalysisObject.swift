import Inspection

/// What a line says of one object beyond what a ``FrameObject`` holds, until it is judged.
struct AnalysisObject {
    /// Not a number where it was none, or not of four numbers.
    private var box: SIMD4<Double>?
    private var isInPixels = false
    private var isBad = false

    /// What has the wrong type makes the object bad, and leaves the others alone.
    mutating func read(_ json: inout AnalysisJSON, _ object: inout FrameObject) throws(AnalysisFault) {
        guard try json.kind() == .object else {
            isBad = true
            return try json.skip()
        }
        try json.object { (name, json) throws(AnalysisFault) in
            let kind = try json.kind()
            switch (name, kind) {
            case ("label", .string): object.label = try json.string()
            case ("confidence", .number): object.confidence = try json.number()
            case ("track", .string): object.track = try json.string()
            case ("track", .number):
                let number = try json.number()
                object.track = Int64(exactly: number).map { String($0) }
                isBad = isBad || object.track == nil
            case ("box", .array), ("box_px", .array):
                // Two boxes that may differ: nobody can say which is meant.
                isBad = isBad || box != nil
                isInPixels = name == "box_px"
                box = try Self.numbers(&json)
            case ("attributes", .object): object.attributes = try Self.attributes(&json)
            case ("label", _), ("confidence", _), ("track", _), ("box", _), ("box_px", _), ("attributes", _):
                isBad = isBad || kind != .null
                try json.skip()
            default: try json.skip()
            }
        }
        if let box, !isInPixels {
            object.box = Self.shares(box)
            isBad = isBad || object.box == nil
        }
    }

    private static func attributes(
        _ json: inout AnalysisJSON
    ) throws(AnalysisFault) -> [String: FrameObject.Attribute] {
        var read = FrameObject.noAttributes
        try json.object { (name, json) throws(AnalysisFault) in
            let name = name.text
            guard name.utf8.count <= AnalysisLine.textLimit, read.count < AnalysisLine.attributeLimit else {
                return try json.skip()
            }
            switch try json.kind() {
            case .string:
                let text = try json.string()
                if text.utf8.count <= AnalysisLine.attributeTextLimit { read[name] = .string(text) }
            case .number: read[name] = .number(try json.number())
            case .bool: read[name] = .bool(try json.bool())
            case .null, .object, .array: try json.skip()
            }
        }
        return read
    }

    private static func numbers(_ json: inout AnalysisJSON) throws(AnalysisFault) -> SIMD4<Double> {
        var numbers = SIMD4<Double>(repeating: .nan)
        var count = 0
        try json.array { (json) throws(AnalysisFault) in
            defer { count += 1 }
            guard count < 4, try json.kind() == .number else { return try json.skip() }
            numbers[count] = try json.number()
        }
        return count == 4 ? numbers : SIMD4(repeating: .nan)
    }

    /// The box of an object that has one in pixels.
    var pixels: SIMD4<Double>? { isInPixels ? box : nil }

    func isFit(_ object: FrameObject) -> Bool {
        guard !isBad, !object.label.isEmpty, object.label.utf8.count <= AnalysisLine.textLimit else { return false }
        if let confidence = object.confidence, !(0...1).contains(confidence) { return false }
        if let track = object.track, track.isEmpty || track.utf8.count > AnalysisLine.textLimit { return false }
        return true
    }

    /// The box cut to the picture. One that lies more than a picture's side outside is no box of this picture: pixels
    /// given as shares, most likely.
    static func shares(_ box: SIMD4<Double>) -> FrameObject.Box? {
        guard all(box .>= -1 .& box .<= 2) else { return nil }
        return FrameObject.Box(left: box[0], top: box[1], right: box[2], bottom: box[3]).shares(ofWidth: 1, height: 1)
    }
}
