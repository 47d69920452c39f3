import Inspection

/// One message of DL Streamer's `gvametaconvert`: the objects of one frame. Boxes come out as shares.
enum GVAMetaMessage {
    /// Edges of a box as shares and as pixels may differ by this much, pixels: one is rounded. Where they differ by more, the
    /// pixels are taken, which a tracker moves on.
    private static let rounding = 2.0

    static func read(
        _ line: ArraySlice<UInt8>, _ options: AnalysisOptions, _ tally: (String) -> Void
    ) throws(AnalysisFault) -> MetadataReading? {
        var json = AnalysisJSON(line)
        var size: AnalysisOptions.PictureSize?
        var source: String?
        var timestamp: Double?
        var system: String?
        var sender: Double?
        var found: [GVAMetaObject] = []
        var isOfDialect = false
        var overLimit = 0
        var hasData = false
        var hasPicture = false
        try json.object { (name, json) throws(AnalysisFault) in
            switch name {
            case "resolution":
                isOfDialect = true
                hasPicture = true
                size = try pictureSize(&json)
            case "source": source = try json.textIfAny()
            case "timestamp":
                isOfDialect = true
                timestamp = try json.numberIfAny()
            case "system_timestamp":
                isOfDialect = true
                system = try json.textIfAny(limit: 64)
            case "rtp":
                try json.objectIfAny { (name, json) throws(AnalysisFault) in
                    if name == "sender_ntp_unix_timestamp_ns" {
                        sender = try json.numberIfAny()
                    } else {
                        try json.skip()
                    }
                }
            case "data":
                hasData = true
                try json.skip()
            case "objects":
                hasPicture = true
                found.reserveCapacity(16)
                try json.arrayIfAny { (json) throws(AnalysisFault) in
                    guard found.count < AnalysisReader.objectLimit else {
                        overLimit += 1
                        return try json.skip()
                    }
                    found.append(GVAMetaObject())
                    try found[found.count - 1].read(&json)
                }
            default: try json.skip()
            }
        }
        try json.end()
        guard isOfDialect else { throw AnalysisFault("no message of gvametaconvert", .otherDialect) }
        if hasData, !hasPicture { throw AnalysisDialect.ofCloud }
        for _ in 0..<overLimit { tally("objects_over_limit") }
        guard options.camera == nil || options.camera == source else {
            tally("messages_of_other_cameras")
            return nil
        }
        var reading = MetadataReading()
        reading.reportsObjects = true
        reading.boxUnit = .shares
        reading.stream = AnalysisReader.stream(source)
        if let sender {
            reading.utc = AnalysisTime.utc(nanoseconds: sender, tally)
        } else if let system {
            reading.utc = AnalysisTime.utc(system, tally)
        }
        if options.isRecorded, reading.utc == nil, let timestamp, timestamp >= 0 {
            reading.time = Int64(exactly: timestamp.rounded()).map { RunningTime(nanoseconds: $0) }
        }
        reading.objects.reserveCapacity(found.count)
        for index in found.indices {
            if let object = found[index].judged(size, rounding, tally) { reading.objects.append(object) }
        }
        return reading
    }

    private static func pictureSize(_ json: inout AnalysisJSON) throws(AnalysisFault) -> AnalysisOptions.PictureSize? {
        var width: Double?
        var height: Double?
        try json.objectIfAny { (name, json) throws(AnalysisFault) in
            switch name {
            case "width": width = try json.numberIfAny()
            case "height": height = try json.numberIfAny()
            default: try json.skip()
            }
        }
        guard let width, let height else { return nil }
        return AnalysisOptions.PictureSize(width: width, height: height)
    }
}
