public import Inspection

/// One line of the analyser dialect: newline-delimited JSON, as docs/analyser.md and docs/analyser.schema.json describe it.
public enum AnalysisLine: Sendable, Hashable {
    /// An analyser introduces itself.
    case hello(name: String, version: String, labels: [String])
    case answer(Answer)

    /// What is in one frame.
    public struct Answer: Sendable, Hashable {
        /// The frame's id, as it was handed out; nil in a line that names its frame by time.
        public var frame: Int?
        /// The frame's PTS, microseconds.
        public var ptsMicroseconds: Int64?
        public var utc: UTCTime?
        /// Boxes are shares of the picture's width and height, 0…1, cut to the picture.
        public var objects: [FrameObject] = []
        /// Objects that were left out: no label, a box outside the picture or without an area, a confidence outside 0…1, or
        /// one too many.
        public var refused = 0
    }

    public static let objectLimit = 1000
    public static let labelLimit = 4096
    /// Of a label or a track, bytes of UTF-8.
    public static let textLimit = 128
    public static let attributeLimit = 32
    /// Of an attribute's text, bytes of UTF-8.
    public static let attributeTextLimit = 512

    /// Members that are not known are left alone: a newer analyser may say more.
    public init(_ line: ArraySlice<UInt8>) throws(AnalysisFault) {
        var reader = AnalysisJSON(line)
        var hello: AnalysisLine?
        var answer = Answer()
        var found: [AnalysisObject] = []
        var hasObjects = false
        var size: (width: Double, height: Double)?
        try reader.object { (name, json) throws(AnalysisFault) in
            switch name {
            case "hello": hello = try Self.hello(&json)
            case "frame": answer.frame = try Self.integer(&json).map(Int.init)
            case "pts_us": answer.ptsMicroseconds = try Self.integer(&json)
            case "utc": answer.utc = try Self.time(&json)
            case "size": size = try Self.size(&json)
            case "objects":
                hasObjects = true
                found = []
                found.reserveCapacity(16)
                try json.array { (json) throws(AnalysisFault) in
                    guard found.count < Self.objectLimit else {
                        answer.refused += 1
                        return try json.skip()
                    }
                    found.append(try AnalysisObject(&json))
                }
            default: try json.skip()
            }
        }
        try reader.end()
        if let hello {
            self = hello
            return
        }
        guard answer.frame != nil || answer.ptsMicroseconds != nil || answer.utc != nil else {
            throw AnalysisFault("neither hello nor the frame, pts_us or utc of an answer", .otherDialect)
        }
        guard hasObjects else { throw AnalysisFault("an answer without objects (say [] for none)") }
        answer.objects.reserveCapacity(found.count)
        for object in found {
            if let object = object.frameObject(size: size) {
                answer.objects.append(object)
            } else {
                answer.refused += 1
            }
        }
        self = .answer(answer)
    }

    private static func hello(_ json: inout AnalysisJSON) throws(AnalysisFault) -> AnalysisLine {
        var name = ""
        var version = ""
        var labels: [String] = []
        try json.object { (member, json) throws(AnalysisFault) in
            switch member {
            case "name": name = try json.string()
            case "version": version = try json.string()
            case "labels":
                try json.array { (json) throws(AnalysisFault) in
                    let label = try json.string()
                    if labels.count < Self.labelLimit, label.utf8.count <= Self.textLimit { labels.append(label) }
                }
            default: try json.skip()
            }
        }
        return .hello(name: String(name.prefix(100)), version: String(version.prefix(100)), labels: labels)
    }

    /// Nil for null.
    private static func integer(_ json: inout AnalysisJSON) throws(AnalysisFault) -> Int64? {
        if try json.kind() == .null {
            try json.null()
            return nil
        }
        let number = try json.number()
        guard abs(number) <= 9_007_199_254_740_992, let value = Int64(exactly: number) else {
            throw AnalysisFault("\(number) is no whole number")
        }
        return value
    }

    private static func time(_ json: inout AnalysisJSON) throws(AnalysisFault) -> UTCTime {
        let text = try json.string()
        guard let time = UTCTime(rfc3339: text) else { throw AnalysisFault("utc is no RFC 3339 time") }
        return time
    }

    private static func size(_ json: inout AnalysisJSON) throws(AnalysisFault) -> (width: Double, height: Double) {
        var sides: [Double] = []
        try json.array { (json) throws(AnalysisFault) in
            let side = try json.number()
            if sides.count < 3 { sides.append(side) }
        }
        guard sides.count == 2, sides.allSatisfy({ $0 >= 1 && $0 <= 1e6 }) else {
            throw AnalysisFault("size is not [width, height] in pixels")
        }
        return (sides[0], sides[1])
    }
}

/// One object as it stands in a line, before it is judged.
struct AnalysisObject {
    private var label: String?
    private var confidence: Double?
    private var track: String?
    /// Not a number where it was none, or not of four numbers.
    private var box: SIMD4<Double>?
    private var isInPixels = false
    private var attributes: [String: FrameObject.Attribute] = [:]
    private var isBad = false

    /// What has the wrong type makes the object bad, and leaves the others alone.
    init(_ json: inout AnalysisJSON) throws(AnalysisFault) {
        guard try json.kind() == .object else {
            isBad = true
            try json.skip()
            return
        }
        var object = self
        try json.object { (name, json) throws(AnalysisFault) in
            let kind = try json.kind()
            switch (name, kind) {
            case ("label", .string): object.label = try json.string()
            case ("confidence", .number): object.confidence = try json.number()
            case ("track", .string): object.track = try json.string()
            case ("track", .number):
                let number = try json.number()
                object.track = Int64(exactly: number).map { String($0) } ?? String(number)
            case ("box", .array), ("box_px", .array):
                // Two boxes that may differ: nobody can say which is meant.
                object.isBad = object.isBad || object.box != nil
                object.isInPixels = name == "box_px"
                object.box = try Self.numbers(&json)
            case ("attributes", .object): try object.readAttributes(&json)
            case ("label", _), ("confidence", _), ("track", _), ("box", _), ("box_px", _), ("attributes", _):
                object.isBad = object.isBad || kind != .null
                try json.skip()
            default: try json.skip()
            }
        }
        self = object
    }

    private mutating func readAttributes(_ json: inout AnalysisJSON) throws(AnalysisFault) {
        var read: [String: FrameObject.Attribute] = [:]
        read.reserveCapacity(6)
        try json.object { (name, json) throws(AnalysisFault) in
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
        attributes = read
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

    /// Nil when it is not fit for use.
    func frameObject(size: (width: Double, height: Double)?) -> FrameObject? {
        guard !isBad, let label, !label.isEmpty, label.utf8.count <= AnalysisLine.textLimit else { return nil }
        if let confidence, !(0...1).contains(confidence) { return nil }
        if let track, track.isEmpty || track.utf8.count > AnalysisLine.textLimit { return nil }
        var shares: FrameObject.Box?
        if let box {
            guard let cut = share(box, size) else { return nil }
            shares = cut
        }
        return FrameObject(label: label, confidence: confidence, box: shares, track: track, attributes: attributes)
    }

    /// The box as shares, cut to the picture. One that lies more than a picture's side outside is no box of this picture:
    /// pixels given as shares, most likely.
    private func share(_ box: SIMD4<Double>, _ size: (width: Double, height: Double)?) -> FrameObject.Box? {
        if isInPixels, size == nil { return nil }
        let width = isInPixels ? size?.width ?? 1 : 1
        let height = isInPixels ? size?.height ?? 1 : 1
        let box = box / SIMD4(width, height, width, height)
        guard all(box .>= -1 .& box .<= 2) else { return nil }
        return FrameObject.Box(left: box[0], top: box[1], right: box[2], bottom: box[3]).shares(ofWidth: 1, height: 1)
    }
}
