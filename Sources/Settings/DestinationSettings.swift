public import Inspection
import LocatedYAML

/// One receiver of findings.
public struct DestinationSettings: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A case flow.
        case fourPlatform = "four-platform"
        /// Standard Webhooks messages.
        case webhook
        /// GeoReport v2.
        case open311
        /// CloudEvents 1.0 over HTTP.
        case cloudEvents = "cloudevents"

        /// Whether the receiver keeps cases and has word of them.
        public var keepsCases: Bool { self == .fourPlatform || self == .open311 }
    }

    public var name: Name
    public var isEnabled: Bool
    public var kind: Kind
    /// `https`, or `http` to this machine or where it was expressly allowed.
    public var url: String
    /// Bearer token of a case flow; nil when it wants none.
    public var token: SecretSource?
    /// Of a webhook, `whsec_…`; the first signs, the others are still valid while the receiver changes over.
    public var secrets: [SecretSource]
    /// Of a case flow, `whsec_…`: what the platform signs its callbacks with. Nil when it sends none.
    public var callbackSecret: SecretSource?
    /// How the platform signs its callbacks, where that is not by ``callbackSecret``.
    public var callback: CallbackSettings?
    /// Of a case flow that speaks another language than the contract: a shipped template's name, or a file.
    public var template: String?
    /// Values that the template asks for.
    public var templateSettings: [String: String]
    /// Nil where requests are not signed, or only bear a ``token``.
    public var signing: SigningSettings?
    /// Where the receiver may fetch a picture; `{sha256}` stands for its hash. Nil where it may not.
    public var mediaURL: String?
    public var open311: Open311Settings
    public var cloudEvents: CloudEventsSettings
    /// Cases asked for in one poll, where each is asked for by its number.
    public var casesAPoll: Int
    /// How long cases that were closed are asked for too, where each is asked for by its number, and how often.
    public var closedPollFor: Duration = .seconds(30 * 86_400)
    public var closedPollEvery: Duration = .seconds(86_400)
    /// Told when the limit of a case is over.
    public var isToldOfOverdue = false
    /// Told when the disk is so full that new findings are refused, and when that is over.
    public var isToldOfDisk = false
    /// Extra certificate authority (PEM) for a platform with its own.
    public var certificateAuthority: String?
    /// False sends only evidence with heads and number plates made unrecognisable.
    public var isEntitledToOriginals: Bool
    public var egress: EgressSettings
    public var release: ReleaseSettings
    public var retryInitial: Duration
    public var retryMaximum: Duration
    /// For one request and its answer.
    public var timeout: Duration
    /// Between two questions for changed cases.
    public var casePoll: Duration

    static func decode(_ mapping: YAMLMapping, name: Name, folder: SettingsFolder) -> DestinationSettings {
        let kind: Kind = mapping.enumeration("kind", placeholder: .webhook)
        let retry = mapping.mapping("retry") { retry in
            (
                initial: retry.duration("initial", default: .seconds(2), in: .milliseconds(100)...(.seconds(3600))),
                maximum: retry.duration("maximum", default: .seconds(900), in: .seconds(1)...(.seconds(86_400)))
            )
        }
        if retry.maximum < retry.initial { mapping.complain("retry", "maximum must not be less than initial") }
        let signing = mapping.optionalMapping("signing") { SigningSettings.decode($0, folder: folder) }
        return DestinationSettings(
            name: name, isEnabled: mapping.bool("enabled", default: true), kind: kind, url: url(mapping),
            token: token(mapping, kind: kind, folder: folder), secrets: secrets(mapping, kind: kind, folder: folder),
            callbackSecret: callbackSecret(mapping, kind: kind, folder: folder),
            callback: mapping.optionalMapping("callback") { CallbackSettings.decode($0, folder: folder) },
            template: template(mapping, kind: kind, folder: folder),
            templateSettings: SigningSettings.texts(mapping, "template_settings"),
            signing: signing,
            mediaURL: mediaURL(mapping),
            open311: mapping.mapping("open311", Open311Settings.decode),
            cloudEvents: mapping.mapping("cloudevents", CloudEventsSettings.decode),
            casesAPoll: mapping.int("cases_a_poll", default: 20, in: 1...500),
            closedPollFor: mapping.duration(
                "closed_poll_for", default: .seconds(30 * 86_400), in: .zero...(.seconds(3650 * 86_400))),
            closedPollEvery: mapping.duration(
                "closed_poll_every", default: .seconds(86_400), in: .seconds(60)...(.seconds(30 * 86_400))),
            // A case flow knows how late its own cases are.
            isToldOfOverdue: mapping.bool("case_alerts", default: !kind.keepsCases),
            isToldOfDisk: diskAlerts(mapping, kind: kind),
            certificateAuthority: mapping.optionalString("certificate_authority_file").map(folder.path),
            isEntitledToOriginals: mapping.bool("entitled_to_originals", default: false),
            egress: mapping.mapping("egress") { EgressSettings.decode($0, folder: folder, signing: signing) },
            release: mapping.mapping("release") { ReleaseSettings.decode($0) },
            retryInitial: retry.initial, retryMaximum: retry.maximum,
            timeout: mapping.duration("timeout", default: .seconds(30), in: .seconds(1)...(.seconds(600))),
            casePoll: mapping.duration("case_poll", default: .seconds(15), in: .seconds(1)...(.seconds(86_400))))
    }

    /// News of the gateway are no case, and a case flow has no place for them.
    private static func diskAlerts(_ mapping: YAMLMapping, kind: Kind) -> Bool {
        let isTold = mapping.bool("disk_alerts", default: !kind.keepsCases)
        if isTold, kind.keepsCases, mapping.has("kind") {
            mapping.complain("disk_alerts", "a case flow takes no news of the gateway itself", hint: "leave it out")
        }
        return isTold
    }

    private static func url(_ mapping: YAMLMapping) -> String {
        let text = mapping.string("url")
        let isPlainAllowed = mapping.bool("allow_plain_http", default: false)
        guard !text.isEmpty else { return text }
        guard let address = WebAddress(text) else {
            mapping.complain(
                "url", "must be an https address without a user name or password",
                hint: "such as https://platform.example; tokens come from token_file or token_credential")
            return text
        }
        if !address.isEncrypted, !address.isLoopback, !isPlainAllowed {
            mapping.complain(
                "url", "would send findings and tokens unencrypted",
                hint: "use https, or set allow_plain_http: true inside a network you trust")
        }
        return text
    }

    /// A name alone is a shipped one.
    private static func template(_ mapping: YAMLMapping, kind: Kind, folder: SettingsFolder) -> String? {
        for (key, kinds) in [
            ("template", [Kind.fourPlatform]), ("open311", [.open311]), ("cloudevents", [.cloudEvents]),
        ]
        where mapping.has(key) && !kinds.contains(kind) {
            mapping.complain(key, "belongs to a destination of kind \(kinds[0].rawValue)", hint: "leave it out")
        }
        if kind == .open311, mapping.has("kind"), !mapping.has("open311") { mapping.missing("open311") }
        if kind == .webhook, mapping.has("signing") {
            mapping.complain("signing", "a webhook signs its messages as Standard Webhooks says", hint: "leave it out")
        }
        if !kind.keepsCases, mapping.has("callback") {
            mapping.complain("callback", "this receiver keeps no cases and calls nothing back", hint: "leave it out")
        }
        guard let text = mapping.optionalString("template"), !text.isEmpty else { return nil }
        return text.contains("/") || text.hasSuffix(".yaml") ? folder.path(text) : text
    }

    private static func mediaURL(_ mapping: YAMLMapping) -> String? {
        guard let text = mapping.optionalString("media_url") else { return nil }
        if WebAddress(text.split(separator: "{").first.map(String.init) ?? "") == nil || !text.contains("{sha256}") {
            mapping.complain("media_url", "must be an address with {sha256} in it")
        }
        return text
    }

    private static func token(_ mapping: YAMLMapping, kind: Kind, folder: SettingsFolder) -> SecretSource? {
        let token = SecretSource.decode(mapping, "token", folder: folder)
        if token != nil, kind == .webhook {
            mapping.complain(
                "a webhook signs its messages and has no token", hint: "use secret_file or secret_credential")
        }
        return token
    }

    private static func callbackSecret(
        _ mapping: YAMLMapping, kind: Kind, folder: SettingsFolder
    ) -> SecretSource? {
        let secret = SecretSource.decode(mapping, "callback_secret", folder: folder)
        if secret != nil, !kind.keepsCases {
            mapping.complain(
                mapping.has("callback_secret_file") ? "callback_secret_file" : "callback_secret_credential",
                "a webhook's receiver keeps no cases and calls nothing back", hint: "leave it out")
        }
        return secret
    }

    private static func secrets(_ mapping: YAMLMapping, kind: Kind, folder: SettingsFolder) -> [SecretSource] {
        let current = SecretSource.decode(mapping, "secret", folder: folder)
        let former = SecretSource.decode(mapping, "former_secret", folder: folder)
        let given = [current, former].compactMap(\.self)
        switch kind {
        case .webhook where current == nil && mapping.has("kind"):
            mapping.complain("a webhook needs a secret", hint: "add secret_file: … or secret_credential: …")
        case .fourPlatform where !given.isEmpty, .open311 where !given.isEmpty, .cloudEvents where !given.isEmpty:
            mapping.complain("a \(kind.rawValue) destination has no secret", hint: "use token_file or token_credential")
        default: break
        }
        return given
    }
}
