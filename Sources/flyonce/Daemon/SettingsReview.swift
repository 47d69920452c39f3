import Curl
import Delivery
import Evidence
import Foundation
import Ingest
import Inspection
import LocatedYAML
import Rules
import Settings

/// Finds what is wrong with settings that read well by themselves: names of what there is not, secrets and files that
/// cannot be used. Each complaint says where in the file its value stands.
struct SettingsReview {
    let settings: GatewaySettings
    /// Where something was wrong before this review; the defaults that stand there are none of the author's.
    private let decoded: [YAMLComplaint]
    private var complaints: [YAMLComplaint]

    /// `complaints`: what was wrong when the settings were decoded.
    init(_ settings: GatewaySettings, after complaints: [YAMLComplaint] = []) {
        self.settings = settings
        self.complaints = complaints
        decoded = complaints
    }

    /// Throws everything that was found.
    func finish() throws(Failure) {
        guard !complaints.isEmpty else { return }
        throw Failure.listed(lines)
    }

    /// Throws everything that was found, and after it what is wrong inside of files.
    func finish(with failures: [Failure]) throws(Failure) {
        if complaints.isEmpty, failures.count == 1 { throw failures[0] }
        guard !complaints.isEmpty || !failures.isEmpty else { return }
        let parts = (complaints.isEmpty ? [] : [lines]) + failures.map(\.description)
        throw Failure.listed(parts.joined(separator: "\n"))
    }

    private var lines: String {
        complaints.sorted { ($0.line, $0.column, $0.path) < ($1.line, $1.column, $1.path) }
            .map { settings.places.said($0).description }.joined(separator: "\n")
    }

    /// Those that are read, but not those whose name is none: their values have no place.
    private var sources: [SourceSettings] {
        settings.sources.filter { $0.isEnabled && settings.places.contains("sources.\($0.name)") }
    }

    /// False when ``reviewRuleFiles()`` found any that cannot be opened.
    var canReadRules: Bool { complaints.allSatisfy { !$0.path.hasPrefix("rules.") } }

    /// False when ``reviewRuleFiles()`` found a file of areas or registers that cannot be opened.
    var canReadGround: Bool {
        complaints.allSatisfy { complaint in
            !["areas[", "registers["].contains { complaint.path.hasPrefix($0) } || !complaint.path.hasSuffix(".file")
        }
    }

    /// False when the jurisdiction is one that cannot be opened.
    var canReadJurisdiction: Bool { complaints.allSatisfy { $0.path != "jurisdiction" } }

    mutating func complain(_ path: String, _ message: String, hint: String = "") {
        guard !decoded.contains(where: { path == $0.path || path.hasPrefix($0.path + ".") }) else { return }
        let complaint = settings.places.complaint(path, message, hint: hint)
        // What stands in the defaults is looked at once for each source.
        if !complaints.contains(complaint) { complaints.append(complaint) }
    }

    // MARK: Rules

    /// Catalogue and packs that cannot be opened; what is wrong inside them is said of their own lines.
    mutating func reviewRuleFiles() {
        if let catalogue = settings.rules.catalogue { reviewFile(catalogue, at: "rules.catalogue") }
        for (index, pack) in (settings.rules.packs ?? []).enumerated() { reviewFile(pack, at: "rules.packs[\(index)]") }
        reviewJurisdiction()
        for (index, area) in settings.areas.enumerated() { reviewFile(area.file, at: "areas[\(index)].file") }
        for (index, register) in settings.registers.enumerated() {
            reviewFile(register.file, at: "registers[\(index)].file")
        }
        if let folder = settings.terrain.folder { reviewFile(folder, at: "terrain.folder") }
    }

    private mutating func reviewJurisdiction() {
        switch settings.jurisdiction {
        case nil: break
        case .file(let file)?: reviewFile(file, at: "jurisdiction")
        case .shipped(let name)?:
            let shipped = ModelFiles.shippedJurisdictions()
            guard !shipped.contains(name) else { return }
            let hint = NearestName.hint(for: name, among: shipped)
            complain(
                "jurisdiction", "there is no jurisdiction \(name)",
                hint: (hint.isEmpty ? "" : hint + "; ") + "a file is named with a slash or ends in .yaml")
        }
    }

    /// The ladder of late cases, by the hours that are worked.
    mutating func review(_ jurisdiction: Jurisdiction) {
        let minutes = jurisdiction.calendar.workingTime.hours.reduce(0) { $0 + $1.count }
        for (index, fault) in settings.cases.misplacedRungs(minutesADay: minutes) {
            let path = "cases.ladder[\(index)].after"
            // It was said already where no calendar puts it right.
            guard !complaints.contains(where: { $0.path == path }) else { continue }
            complain(path, fault, hint: CaseSettings.orderHint)
        }
    }

    mutating func review(_ rules: RuleSet) {
        let registers = settings.registers.map(\.name)
        for (name, rule) in rules.registers where !registers.contains(name) {
            complain(
                "registers", "the rule \(rule) asks the register \(name), which there is not",
                hint: NearestName.hint(for: name, among: registers))
        }
        for source in sources {
            let own = "sources.\(source.name).packs"
            let path = settings.places.contains(own) ? own : "defaults.packs"
            for (index, pack) in (source.options.packs ?? []).enumerated() where !rules.packs.contains(pack) {
                complain(
                    "\(path)[\(index)]", "there is no rule pack \(pack)",
                    hint: "loaded are \(rules.packs.joined(separator: ", "))")
            }
        }
        // A misspelt scene type would fall back to the default, which may send what should have been withheld.
        let known = rules.catalogue.sceneTypes.map(\.id)
        let stated =
            [("cases", settings.cases.scenes.keys.sorted())]
            + settings.destinations.map {
                ("destinations.\($0.name).release", $0.release.sceneTypes.keys.sorted())
            }
        for (place, patterns) in stated {
            for pattern in patterns where pattern != "*" {
                let fits =
                    pattern.hasSuffix(".*")
                    ? known.contains { $0.hasPrefix(pattern.dropLast()) } : known.contains(pattern)
                guard !fits else { continue }
                complain(
                    "\(place).scene_types.\(pattern)",
                    "there is no scene type \(pattern)", hint: rules.catalogue.hint(for: pattern))
            }
        }
    }

    // MARK: Sources

    /// Addresses that cannot be meant.
    mutating func reviewAddresses() {
        for source in sources {
            do {
                _ = try SourceAddress(source.url)
            } catch {
                complain("sources.\(source.name).url", error.description, hint: error.hint)
            }
        }
    }

    /// Feeds of metadata that cannot be meant. Nothing is opened.
    mutating func reviewFeeds() {
        let brokers = MQTTBrokers()
        for source in sources {
            let own = "sources.\(source.name).telemetry"
            let path = settings.places.contains(own) ? own : "defaults.telemetry"
            // Nil where the address itself cannot be meant, which is said of it.
            let isLive = (try? SourceAddress(source.url))?.isLive
            for (index, feed) in source.options.telemetry.enumerated() {
                if isLive == true, JourneyModels.isFile(feed.url) {
                    complain("\(path)[\(index)].url", "a file belongs to a recording, not to a live stream")
                }
                guard feed.url.contains("://") else { continue }
                do {
                    _ = try JourneyModels.feed(feed, brokers: brokers, clock: SystemClock())
                } catch let error as SourceError {
                    complain("\(path)[\(index)].url", error.description, hint: error.hint)
                } catch {
                    complain("\(path)[\(index)]", "\(error)")
                }
            }
            reviewAnalysis(of: source, isLive: isLive)
        }
    }

    private mutating func reviewAnalysis(of source: SourceSettings, isLive: Bool?) {
        let own = "sources.\(source.name).analysis"
        let path = settings.places.contains(own) ? own : "defaults.analysis"
        for (index, feed) in source.options.analysis.enumerated() {
            if isLive == false, feed.way != .file {
                complain(
                    "\(path)[\(index)].from", "\(feed.way.rawValue) belongs to a live stream, not to a recording",
                    hint: "give a recording a file")
            }
            guard feed.way == .mqtt else { continue }
            do {
                _ = try JourneyModels.broker(feed.feed)
            } catch let error as SourceError {
                complain("\(path)[\(index)].url", error.description, hint: error.hint)
            } catch {
                complain("\(path)[\(index)]", "\(error)")
            }
        }
    }

    /// Files that are not there yet: a running daemon says it at the source.
    mutating func reviewSourceFiles() {
        for source in sources where !source.url.contains("://") {
            reviewFile(source.url, at: "sources.\(source.name).url")
        }
    }

    /// Analysers that cannot be started. Those of a running daemon are said at their source.
    mutating func reviewPrograms() {
        for source in sources {
            guard let program = source.options.analyser.command.first, !program.isEmpty else { continue }
            let own = "sources.\(source.name).analyser.command"
            let path = settings.places.contains(own) ? own : "defaults.analyser.command"
            if program.contains("/") {
                guard !Self.isProgram(program) else { continue }
                complain("\(path)[0]", "\(program) is not there or no program", hint: "check its path, and chmod +x it")
            } else {
                let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
                guard !folders.contains(where: { Self.isProgram("\($0)/\(program)") }) else { continue }
                complain(
                    "\(path)[0]", "there is no program \(program) in PATH",
                    hint: "write its whole path: the service's PATH may be another than yours")
            }
        }
    }

    private static func isProgram(_ path: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: path) && !InspectCommand.isFolder(path)
    }

    @discardableResult
    mutating func reviewFile(_ file: String, at path: String) -> Bool {
        guard !FileManager.default.isReadableFile(atPath: file) else { return true }
        complain(
            path, "\(file) is not there or cannot be read", hint: "check that it exists and the service may read it")
        return false
    }

    // MARK: Secrets

    mutating func reviewSecrets() {
        reviewSigningKeys()
        var owners: [WebhookSecret: Name] = [:]
        for destination in settings.destinations where destination.isEnabled {
            let path = "destinations.\(destination.name)"
            if let token = destination.token { _ = read(token, at: "\(path).token") }
            for (key, secret) in zip(["secret", "former_secret"], destination.secrets) {
                _ = webhookSecret(secret, at: "\(path).\(key)")
            }
            reviewSigning(of: destination, at: path)
            if let file = destination.certificateAuthority {
                reviewFile(file, at: "\(path).certificate_authority_file")
            }
            if let file = destination.egress.clientCertificate {
                reviewFile(file, at: "\(path).egress.client_certificate_file")
            }
            if let key = destination.egress.clientKey { _ = read(key, at: "\(path).egress.client_key") }
            for (index, text) in destination.egress.allowedAddresses.enumerated() where AddressBlock(text) == nil {
                complain(
                    "\(path).egress.allowed_addresses[\(index)]", "\(text) is no address and no block of them",
                    hint: "such as 10.20.0.0/16 or 2001:db8::1")
            }
            guard let source = destination.callbackSecret,
                let secret = webhookSecret(source, at: "\(path).callback_secret")
            else { continue }
            if let owner = owners.updateValue(destination.name, forKey: secret) {
                complain(
                    Self.key("\(path).callback_secret", source),
                    "is the callback secret of \(owner) too, so that which of them speaks could not be told",
                    hint: "give each its own")
            }
        }
    }

    /// Secrets first: what cannot be read cannot be a key either.
    private mutating func reviewSigning(of destination: DestinationSettings, at path: String) {
        if let signing = destination.signing, let source = signing.secret,
            let secret = read(source, at: "\(path).signing.secret")
        {
            do {
                _ = try signing.signing(secret: secret, transport: HTTPClient(), clock: SystemClock())
            } catch {
                complain("\(path).signing", error.description)
            }
        }
        if let callback = destination.callback, let source = callback.secret,
            let secret = read(source, at: "\(path).callback.secret")
        {
            do {
                _ = try callback.signature(secret: secret)
            } catch {
                complain("\(path).callback", error.description)
            }
        }
    }

    private mutating func webhookSecret(_ source: SecretSource, at path: String) -> WebhookSecret? {
        guard let text = read(source, at: path) else { return nil }
        do {
            return try WebhookSecret(text)
        } catch {
            complain(Self.key(path, source), error.description)
            return nil
        }
    }

    private mutating func reviewSigningKeys() {
        let keys = [
            ("signing_key", settings.evidence.signingKey), ("former_signing_key", settings.evidence.formerSigningKey),
        ]
        for (name, source) in keys {
            let path = "evidence.\(name)"
            guard let source, let pem = read(source, at: path) else { continue }
            do {
                _ = try SigningKey(pem: pem)
            } catch {
                complain(Self.key(path, source), error.description, hint: error.hint)
            }
        }
        if let file = settings.evidence.timeStamp?.certificateAuthority {
            reviewFile(file, at: "evidence.time_stamp.certificate_authority_file")
        }
    }

    private mutating func read(_ source: SecretSource, at path: String) -> String? {
        do {
            return try source.read()
        } catch {
            for complaint in error.complaints {
                complain(Self.key(path, source), "\(complaint.file): \(complaint.message)", hint: complaint.hint)
            }
            return nil
        }
    }

    private static func key(_ path: String, _ source: SecretSource) -> String {
        switch source {
        case .file: path + "_file"
        case .credential: path + "_credential"
        }
    }
}
