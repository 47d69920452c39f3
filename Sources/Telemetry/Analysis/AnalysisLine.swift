public import Inspection

/// One line of the analyser dialect: newline-delimited JSON, as docs/analyser.md and docs/analyser.schema.json describe it.
public enum AnalysisLine: Sendable, Hashable {
    /// An analyser introduces itself.
    case hello(name: String, version: String, labels: [String])
    case answer(Answer)

    /// What is in one frame.
    public struct Answer: Sendable, Hashable {
        /// The frame's id, as it was handed out; nil in a line that names its frame by time, or is of the moment it comes.
        public var frame: Int?
        /// The frame's PTS, microseconds.
        public var ptsMicroseconds: Int64?
        public var utc: UTCTime?
        /// Boxes are shares of the picture's width and height, 0…1, cut to the picture.
        public var objects: [FrameObject] = []
        /// Objects that were left out: no label, a box outside the picture or without an area, a confidence outside 0…1.
        public var refused = 0
        /// Objects past ``AnalysisLine/objectLimit``, which nobody looked at.
        public var overLimit = 0
    }

    public static let objectLimit = 1000
    public static let labelLimit = 4096
    /// Of a label or a track, bytes of UTF-8.
    public static let textLimit = 128
    public static let attributeLimit = 32
    /// Of an attribute's text, bytes of UTF-8.
    public static let attributeTextLimit = 512

    /// Of a line that may be of any dialect; looks for the name near its beginning only.
    public static func isHello(_ line: ArraySlice<UInt8>) -> Bool {
        let name = Array("\"hello\"".utf8)
        let head = line.prefix(128)
        guard head.indices.contains(where: { head[$0] == 34 && head[$0...].starts(with: name) }),
            case .hello? = try? AnalysisLine(line)
        else { return false }
        return true
    }

    /// Members that are not known are left alone: a newer analyser may say more.
    public init(_ line: ArraySlice<UInt8>) throws(AnalysisFault) {
        var reader = AnalysisJSON(line)
        var hello: AnalysisHello?
        var answer = Answer()
        var found: FoundObjects?
        var size: (width: Double, height: Double)?
        var isForeign = false
        try reader.object { (name, json) throws(AnalysisFault) in
            switch name {
            case "hello": hello = try AnalysisHello(&json)
            case "frame": answer.frame = try Self.integer(&json).map(Int.init)
            case "pts_us": answer.ptsMicroseconds = try Self.integer(&json)
            case "utc": answer.utc = try Self.time(&json)
            case "size": size = try Self.size(&json)
            case "objects":
                var read = FoundObjects()
                try json.array { (json) throws(AnalysisFault) in
                    guard read.count < Self.objectLimit else {
                        answer.overLimit += 1
                        return try json.skip()
                    }
                    try read.readObject(&json)
                }
                found = read
            case "@timestamp", "before", "after", "resolution", "timestamp", "system_timestamp":
                // What other dialects are told by.
                isForeign = true
                try json.skip()
            default: try json.skip()
            }
        }
        try reader.end()
        if let hello {
            if let fault = hello.fault { throw AnalysisFault(fault) }
            self = .hello(name: hello.name, version: hello.version, labels: hello.labels)
            return
        }
        let isTimed = answer.frame != nil || answer.ptsMicroseconds != nil || answer.utc != nil
        guard isTimed || (found != nil && !isForeign) else {
            throw AnalysisFault("neither hello nor an answer's frame, pts_us, utc or objects", .otherDialect)
        }
        guard var found else { throw AnalysisFault("an answer without objects (say [] for none)") }
        found.settle(size)
        answer.objects = found.objects
        answer.refused += found.unfit
        self = .answer(answer)
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
