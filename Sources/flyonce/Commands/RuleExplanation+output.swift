import Inspection
import Rules

extension RuleExplanation {
    /// For people: what was asked and what came of it, then a line for each condition.
    func lines(of metadata: FrameMetadata) -> [String] {
        var subject = "the frame"
        if let object { subject = Self.name(of: object, metadata) }
        if let other { subject += " with \(Self.name(of: other, metadata))" }
        var head = "\(rule) \(version) (\(sceneType)), \(subject): \(outcome.rawValue)"
        if outcome == .otherLabel {
            let more = labels.count - 8
            head += "; it looks at \(labels.prefix(8).joined(separator: ", "))" + (more > 0 ? " and \(more) more" : "")
        }
        if let error { head += "; \(error)" }
        if let override { head += "; parameters by \(override)" }
        guard outcome != .otherLabel else { return [head] }
        return [head, "  place: \(placeText(place))"] + conditions.map { "  " + $0.line }
    }

    private static func name(of index: Int, _ metadata: FrameMetadata) -> String {
        guard metadata.objects.indices.contains(index) else { return "object \(index)" }
        let object = metadata.objects[index]
        return "object \(index) \"\(object.label)\"" + (object.track.map { " \(trackText($0))" } ?? "")
    }

    /// Ids that the gateway makes for what the analyser does not track begin with ~.
    private static func trackText(_ track: String) -> String {
        track.hasPrefix("~") ? "followed by the gateway as \(track)" : "track \(track)"
    }

    func json(of metadata: FrameMetadata, _ header: MetadataLogHeader) -> JSONText {
        var json = JSONText()
        json.object { json in
            json.member("flight", header.flight.description)
            json.member("source", header.source.text)
            json.member("frame", metadata.frame.index)
            json.member("time", metadata.utc.rfc3339)
            json.member("rule", rule)
            json.member("version", version)
            json.member("scene_type", sceneType)
            json.member("outcome", outcome.rawValue)
            if let error { json.member("error", error) }
            if let override { json.member("override", override) }
            for (name, index) in [("object", object), ("other", other)] {
                guard let index, metadata.objects.indices.contains(index) else { continue }
                json.member(name) { json in
                    json.object { json in
                        json.member("index", index)
                        json.member("label", metadata.objects[index].label)
                        if let track = metadata.objects[index].track { json.member("track", track) }
                    }
                }
            }
            json.place(place)
            json.member("conditions") { json in
                json.array { json in for condition in conditions { condition.write(&json) } }
            }
        }
        return json
    }
}

extension RuleExplanation.Condition {
    var word: String {
        switch result {
        case .holds: "true"
        case .fails: "false"
        case .error: "error"
        case .unknown: "unknown"
        }
    }

    fileprivate var line: String {
        let seen = values.map { "\($0.name) = \($0.value.isEmpty ? "\"\"" : $0.value)" }.joined(separator: ", ")
        var line = "\(isMet ? "+" : "-") \(part.rawValue) \(text): \(word)"
        if let want { line += " (\(want))" }
        return line + (seen.isEmpty ? "" : "   [\(seen)]")
    }

    fileprivate func write(_ json: inout JSONText) {
        json.object { json in
            json.member("part", part.rawValue)
            json.member("condition", text)
            json.member("result", word)
            if let want { json.member(word == "error" ? "error" : "reason", want) }
            json.member("met") { $0.value(isMet) }
            json.member("values") { json in
                json.object { json in for value in values { json.member(value.name, value.value) } }
            }
        }
    }
}
