import Inspection

/// One message of DeepStream's `nvmsgconv`: of the full schema, which tells of one object, or of the minimal one, which tells
/// of all objects of a frame. Boxes are pixels of the stream muxer's picture, whose size no message states.
enum NvMsgConvMessage {
    static func read(
        _ line: ArraySlice<UInt8>, _ options: AnalysisOptions, _ tally: (String) -> Void
    ) throws(AnalysisFault) -> MetadataReading? {
        var json = AnalysisJSON(line)
        var timestamp: String?
        var sensor: String?
        var found: [ReportedObject] = []
        var hasTimestamp = false
        var isOfOneObject = false
        var overLimit = 0
        var unfit = 0
        try json.object { (name, json) throws(AnalysisFault) in
            switch name {
            case "@timestamp":
                hasTimestamp = true
                timestamp = try json.textIfAny(limit: 64)
            case "sensorId": sensor = try json.textIfAny() ?? sensor
            case "sensor": sensor = try Self.sensor(&json) ?? sensor
            case "object":
                isOfOneObject = true
                if let object = try NvMsgConvObject.read(&json) { found.append(object) }
            case "objects":
                try json.arrayIfAny { (json) throws(AnalysisFault) in
                    guard found.count < AnalysisReader.objectLimit else {
                        overLimit += 1
                        return try json.skip()
                    }
                    guard let text = try json.textIfAny(), let object = NvMsgConvLine.read(text) else {
                        unfit += 1
                        return
                    }
                    found.append(object)
                }
            default: try json.skip()
            }
        }
        try json.end()
        guard hasTimestamp else { throw AnalysisFault("no message of nvmsgconv", .otherDialect) }
        for _ in 0..<overLimit { tally("objects_over_limit") }
        for _ in 0..<unfit { tally("bad_objects") }
        guard options.camera == nil || options.camera == sensor else {
            tally("messages_of_other_cameras")
            return nil
        }
        var reading = MetadataReading()
        reading.reportsObjects = true
        reading.isOfOneObject = isOfOneObject
        reading.boxUnit = options.pictureSize == nil ? .fullResolution : .shares
        reading.stream = AnalysisReader.stream(sensor)
        if let timestamp {
            reading.utc = AnalysisTime.utc(timestamp, tally)
        } else {
            tally("implausible_times")
        }
        reading.objects = found.compactMap { $0.judged(options.pictureSize, tally) }
        return reading
    }

    /// An object of which `id` tells which; some senders write the id alone.
    private static func sensor(_ json: inout AnalysisJSON) throws(AnalysisFault) -> String? {
        guard try json.kind() == .object else { return try json.textIfAny() }
        var id: String?
        try json.object { (name, json) throws(AnalysisFault) in
            if name == "id" { id = try json.textIfAny() } else { try json.skip() }
        }
        return id
    }
}
