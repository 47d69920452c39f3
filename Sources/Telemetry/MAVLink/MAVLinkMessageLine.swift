import Inspection

/// One message with every field as it was sent, as `flyonce inspect --messages` prints it.
public struct MAVLinkMessageLine: Sendable {
    public var frame: MAVLinkFrame

    public init(_ frame: MAVLinkFrame) { self.frame = frame }

    /// Of the message's kind.
    var name: String { frame.definition?.name ?? "UNKNOWN_\(frame.id)" }

    /// One JSON object, without the line's end. Fields have their raw values in the message's own units; text ends before
    /// its first NUL; what is no number is null. Extension fields are left out of version 1, which does not send them.
    public var ndjson: String {
        var json = JSONText(capacity: 512)
        json.object { json in
            json.member("kind", "mavlink")
            json.member("msgid", Int(frame.id))
            json.member("name", name)
            json.member("sysid", Int(frame.system))
            json.member("compid", Int(frame.component))
            json.member("seq", Int(frame.sequence))
            json.member("version", frame.version)
            if frame.isSigned { json.member("signed", true) }
            if let recorded = frame.recorded { json.member("utc", recorded.rfc3339) }
            if let definition = frame.definition {
                json.member("fields") { json in
                    json.object { json in
                        for field in definition.fields where frame.isSent(field) { self.field(field, &json) }
                    }
                }
            } else {
                json.member("payload", InspectLine.hex(Array(frame.payload)))
            }
        }
        return json.string
    }

    /// For people: one line, the fields as they were sent.
    public var text: String {
        var parts = [frame.recorded?.rfc3339, "\(frame.system)/\(frame.component)", name].compactMap(\.self)
        if let definition = frame.definition {
            for field in definition.fields where frame.isSent(field) { parts.append("\(field.name) \(plain(field))") }
        } else {
            parts.append("payload 0x" + InspectLine.hex(Array(frame.payload)))
        }
        return parts.joined(separator: "  ").shown
    }

    private func plain(_ field: MAVLinkDefinition.Field) -> String {
        var json = JSONText(capacity: 64)
        write(field, &json)
        return json.string
    }

    private func field(_ field: MAVLinkDefinition.Field, _ json: inout JSONText) {
        json.member(field.name) { write(field, &$0) }
    }

    private func write(_ field: MAVLinkDefinition.Field, _ json: inout JSONText) {
        if field.kind == .character {
            json.value(frame.text(field))
        } else if field.isArray {
            json.array { json in for index in 0..<field.count { value(frame.value(field, index), &json) } }
        } else {
            value(frame.value(field, 0), &json)
        }
    }

    private func value(_ value: MAVLinkFrame.Value, _ json: inout JSONText) {
        switch value {
        case .signed(let number): json.value(number)
        case .unsigned(let number): json.raw(String(number))
        case .real(let number): json.value(number)
        }
    }
}
