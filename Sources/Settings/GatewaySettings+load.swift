import Inspection
public import LocatedYAML

extension GatewaySettings {
    /// Sources and destinations at most.
    static let maximumNamed = 256

    /// Reads, decodes and validates the file; everything wrong with it is in the one error.
    public static func load(_ path: String) throws(SettingsError) -> GatewaySettings {
        let document: YAMLDocument
        do {
            document = try YAMLDocument(path: path)
        } catch {
            throw SettingsError(error.complaints)
        }
        return try decode(document).settings
    }

    /// For a reader that goes on looking: what could be decoded, a default in the place of every value that is wrong, and what
    /// was wrong. Throws when the file cannot be read or is no YAML.
    public static func inspect(
        _ path: String
    ) throws(SettingsError) -> (settings: GatewaySettings?, complaints: [YAMLComplaint]) {
        do {
            let document = try YAMLDocument(path: path)
            let complaints = document.makeComplaints()
            return (decoded(document, into: complaints), complaints.all)
        } catch {
            throw SettingsError(error.complaints)
        }
    }

    /// The same of text that stands in no file.
    public static func inspect(
        text: String, file: String
    ) throws(SettingsError) -> (settings: GatewaySettings?, complaints: [YAMLComplaint]) {
        do {
            let document = try YAMLDocument(text, file: file)
            let complaints = document.makeComplaints()
            return (decoded(document, into: complaints), complaints.all)
        } catch {
            throw SettingsError(error.complaints)
        }
    }

    /// Reads text; `file` is the name that complaints carry, and where relative paths begin.
    public static func parse(_ text: String, file: String) throws(SettingsError) -> GatewaySettings {
        try parsed(text, file: file).settings
    }

    /// With every key that a settings file may hold, as a path in which chosen names are `*`.
    static func parsed(
        _ text: String, file: String
    ) throws(SettingsError) -> (settings: GatewaySettings, knownKeys: Set<String>) {
        do {
            return try decode(try YAMLDocument(text, file: file))
        } catch let error as YAMLError {
            throw SettingsError(error.complaints)
        } catch let error as SettingsError {
            throw error
        } catch {
            throw SettingsError([YAMLComplaint(file: file, line: 0, column: 0, path: "", message: "cannot be read")])
        }
    }

    private static func decode(
        _ document: YAMLDocument
    ) throws(SettingsError) -> (settings: GatewaySettings, knownKeys: Set<String>) {
        let complaints = document.makeComplaints()
        guard let read = decoded(document, into: complaints), complaints.isEmpty else {
            throw SettingsError(complaints.all)
        }
        return (read, complaints.knownKeys)
    }

    private static func decoded(_ document: YAMLDocument, into complaints: Complaints) -> GatewaySettings? {
        let folder = SettingsFolder(of: document.file)
        return document.decode(into: complaints) { root in
            settings(in: root, folder: folder, places: SettingsPlaces(document))
        }
    }

    private static func settings(
        in root: YAMLMapping, folder: SettingsFolder, places: SettingsPlaces
    ) -> GatewaySettings? {
        var role = Role.gateway
        let gatewayName = root.mapping("gateway") { (gateway: YAMLMapping) -> Name? in
            role = gateway.enumeration("role", default: role)
            return name(in: gateway)
        }
        let stateDirectory = folder.path(root.string("state_directory", default: "/var/lib/flyonce"))
        let http = root.mapping("http") { HTTPSettings.decode($0) }
        let defaults = root.mapping("defaults") { SourceDefaults.decode($0, over: SourceDefaults(), folder: folder) }
        let sources = named(root, "sources") { name, mapping in
            SourceSettings.decode(mapping, name: name, defaults: defaults, folder: folder)
        }
        let destinations = named(root, "destinations") { name, mapping in
            DestinationSettings.decode(mapping, name: name, folder: folder)
        }
        let rules = root.mapping("rules") { RulesSettings.decode($0, folder: folder) }
        let jurisdiction = JurisdictionSettings.decode(root, "jurisdiction", folder: folder)
        let areas = dataFiles(root, "areas", name: \.name) { AreaSettings.decode($0, folder: folder) }
        let registers = dataFiles(root, "registers", name: \.name) { RegisterSettings.decode($0, folder: folder) }
        let joining = root.mapping("joining") { JoiningSettings.decode($0) }
        let evidence = root.mapping("evidence") { EvidenceSettings.decode($0, folder: folder) }
        let redaction = root.mapping("redaction") { RedactionSettings.decode($0) }
        let metadataLog = root.mapping("metadata_log") { MetadataLogSettings.decode($0) }
        let retention = root.mapping("retention") { RetentionSettings.decode($0) }
        let terrain = root.mapping("terrain") { TerrainSettings.decode($0, folder: folder) }
        let coverage = root.mapping("coverage") { CoverageSettings.decode($0) }
        let uplink = root.mapping("uplink") { UplinkSettings.decode($0) }
        let reflights = root.mapping("reflights") { ReflightSettings.decode($0) }
        let cases = root.mapping("cases") {
            CaseSettings.decode($0, destinations: destinations, hasJurisdiction: jurisdiction != nil)
        }
        // What is wrong with the name was said.
        guard let gatewayName = gatewayName ?? Name("unnamed") else { return nil }
        return GatewaySettings(
            name: gatewayName, role: role, stateDirectory: stateDirectory, http: http, defaults: defaults,
            sources: sources, rules: rules, jurisdiction: jurisdiction, areas: areas, registers: registers,
            joining: joining, evidence: evidence, redaction: redaction, metadataLog: metadataLog,
            retention: retention, terrain: terrain, coverage: coverage, reflights: reflights, cases: cases,
            uplink: uplink, destinations: destinations, places: places)
    }

    private static func name(in gateway: YAMLMapping) -> Name? {
        let text = gateway.string("name")
        let name = Name(text)
        if name == nil, !text.isEmpty { gateway.complain("name", nameRule, hint: "such as changshan-01") }
        return name
    }

    private static let nameRule = "a name is 1 to 63 of a–z, 0–9 and hyphen"

    private static func named<Value>(
        _ root: YAMLMapping, _ key: String, _ body: (Name, YAMLMapping) -> Value
    ) -> [Value] {
        let values = root.named(key) { (text: String, mapping: YAMLMapping) -> Value? in
            let name = Name(text)
            if name == nil { mapping.complain(nameRule) }
            if !mapping.isPresent { mapping.complain("is empty") }
            // Read even under a wrong name, so that what is wrong inside is said too.
            guard let known = name ?? Name("unnamed") else { return nil }
            return body(known, mapping)
        }
        if values.count > maximumNamed { root.complain(key, "has more than \(maximumNamed) entries") }
        return values.compactMap(\.value)
    }
}
