import Inspection

/// One message of Frigate's `events`: a tracked object as it was and as it is. Boxes are pixels of the picture of `detect`,
/// whose size no message states. Its `reviews` gather events and have no boxes: they say nothing here.
enum FrigateMessage {
    static func read(
        _ line: ArraySlice<UInt8>, _ options: AnalysisOptions, _ tally: (String) -> Void
    ) throws(AnalysisFault) -> MetadataReading? {
        var json = AnalysisJSON(line)
        var type = ""
        var before: FrigateState?
        var after: FrigateState?
        try json.object { (name, json) throws(AnalysisFault) in
            switch name {
            case "type": type = try json.textIfAny(limit: 64) ?? ""
            case "before": before = try FrigateState(&json)
            case "after": after = try FrigateState(&json)
            default: try json.skip()
            }
        }
        try json.end()
        guard let state = after ?? before else { throw AnalysisFault("no message of frigate's events", .otherDialect) }
        guard options.camera == nil || options.camera == state.camera else {
            tally("messages_of_other_cameras")
            return nil
        }
        guard let time = state.frameTime, state.object.box != nil else {
            tally("messages_without_objects")
            return nil
        }
        guard !state.isFalsePositive else {
            tally("false_positives")
            return nil
        }
        if type != "new", let before, after != nil, before.frameTime == time, before.object.box == state.object.box {
            // A better snapshot, a name, the end: what was seen in this frame was told before.
            tally("messages_without_news")
            return nil
        }
        var reading = MetadataReading()
        reading.utc = AnalysisTime.utc(seconds: time, tally)
        reading.reportsObjects = true
        reading.isOfOneObject = true
        reading.boxUnit = options.pictureSize == nil ? .fullResolution : .shares
        reading.stream = AnalysisReader.stream(state.camera)
        if let object = state.object.judged(options.pictureSize, tally) { reading.objects = [object] }
        return reading
    }
}
