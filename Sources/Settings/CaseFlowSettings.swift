import LocatedYAML

/// What only destinations of some kinds have.
public struct Open311Settings: Sendable, Hashable {
    public var jurisdiction: String?
    /// From scene types, families (`waste.*`) and `*` to service codes.
    public var services: [String: String] = [:]
    public var attributes: [String: String] = [:]
    public var email: String?
    /// Changes go as mySociety's extension says.
    public var sendsUpdates = false
    /// Rows at which the server cuts a list.
    public var listLimit = 1000
    /// Until the server lists a new request.
    public var settling: Duration = .zero

    static func decode(_ mapping: YAMLMapping) -> Open311Settings {
        var settings = Open311Settings()
        settings.jurisdiction = mapping.optionalString("jurisdiction_id")
        settings.services = SigningSettings.texts(mapping, "services")
        if mapping.isPresent, settings.services.isEmpty { mapping.missing("services") }
        settings.attributes = SigningSettings.texts(mapping, "attributes")
        settings.email = mapping.optionalString("email")
        settings.sendsUpdates = mapping.bool("updates", default: false)
        settings.listLimit = mapping.int("list_limit", default: 1000, in: 1...100_000)
        settings.settling = mapping.duration("settling", default: .zero, in: .zero...(.seconds(120)))
        return settings
    }
}

public struct CloudEventsSettings: Sendable, Hashable {
    public enum Mode: String, Sendable, Hashable, CaseIterable { case structured, binary }

    public var mode = Mode.structured
    /// Events in one request at most.
    public var batch = 1
    public var batchWait: Duration = .milliseconds(50)
    public var dataSchema: String?

    static func decode(_ mapping: YAMLMapping) -> CloudEventsSettings {
        var settings = CloudEventsSettings()
        settings.mode = mapping.enumeration("mode", default: .structured)
        settings.batch = mapping.int("batch", default: 1, in: 1...100)
        settings.batchWait = mapping.duration(
            "batch_wait", default: .milliseconds(50), in: .milliseconds(1)...(.seconds(10)))
        settings.dataSchema = mapping.optionalString("data_schema")
        if settings.batch > 1, settings.mode == .binary {
            mapping.complain("mode", "a batch of events is structured", hint: "leave batch out, or write structured")
        }
        return settings
    }
}
