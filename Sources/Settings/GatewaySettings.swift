public import Inspection

/// Everything the one YAML file says. Paths are absolute, or relative to the folder of the file and already joined to it.
public struct GatewaySettings: Sendable, Hashable {
    public enum Role: String, Sendable, Hashable, CaseIterable { case gateway }

    public var name: Name
    public var role: Role
    /// Holds the database, the evidence, the tokens and the control socket.
    public var stateDirectory: String
    public var http: HTTPSettings
    /// What stands in every source that does not say otherwise.
    public var defaults = SourceDefaults()
    /// In the order of the file, disabled ones included.
    public var sources: [SourceSettings]
    public var rules: RulesSettings
    /// Nil: none, and nothing is said of law and departments.
    public var jurisdiction: JurisdictionSettings?
    /// In the order of the file.
    public var areas: [AreaSettings] = []
    public var registers: [RegisterSettings] = []
    public var joining: JoiningSettings
    public var evidence: EvidenceSettings
    public var redaction = RedactionSettings()
    public var metadataLog = MetadataLogSettings()
    public var retention = RetentionSettings()
    public var terrain = TerrainSettings()
    public var coverage = CoverageSettings()
    public var reflights = ReflightSettings()
    public var cases = CaseSettings()
    public var uplink = UplinkSettings()
    /// In the order of the file, disabled ones included.
    public var destinations: [DestinationSettings]
    /// For complaints about what reads well but cannot be used.
    public var places: SettingsPlaces
}
