import Curl
import Delivery
import Foundation
import Inspection
import LocatedYAML
import Settings

/// Destinations that speak another language than the contract.
extension Deliveries {
    static func adapter(
        _ destination: DestinationSettings, page: String?, transport: any HTTPTransport,
        chain: @escaping @Sendable () -> String?, clock: any Inspection.Clock,
        jurisdiction: any JurisdictionInUse, cases: any CaseHistory, timeouts: HTTPTimeouts, tls: TLSOptions
    ) throws -> any DestinationAdapter {
        var link: (@Sendable (String) -> String?)?
        if let address = destination.mediaURL {
            link = { @Sendable sha256 in address.replacingOccurrences(of: "{sha256}", with: sha256) }
        }
        let token = try destination.token?.read()
        switch destination.kind {
        case .open311:
            var options = Open311Adapter.Options(baseURL: destination.url)
            options.apiKey = token
            options.jurisdiction = destination.open311.jurisdiction
            options.services = destination.open311.services
            options.attributes = destination.open311.attributes
            options.email = destination.open311.email
            options.sendsUpdates = destination.open311.sendsUpdates
            options.listLimit = destination.open311.listLimit
            options.settling = destination.open311.settling
            options.casesAPoll = destination.casesAPoll
            options.endedWithin = destination.closedPollFor
            options.endedEvery = destination.closedPollEvery
            options.link = link
            options.page = page
            options.entitledToOriginals = destination.isEntitledToOriginals
            options.timeouts = timeouts
            options.tls = tls
            return try Open311Adapter(
                destination: destination.name, options: options,
                transport: ChainHeadTransport(transport, head: chain), clock: clock, cases: cases)
        case .cloudEvents:
            var options = CloudEventsAdapter.Options(url: destination.url)
            options.mode = destination.cloudEvents.mode == .binary ? .binary : .structured
            options.batch = destination.cloudEvents.batch
            options.batchWait = destination.cloudEvents.batchWait
            options.dataSchema = destination.cloudEvents.dataSchema
            options.chain = chain
            options.page = page
            options.token = token
            options.timeouts = timeouts
            options.tls = tls
            return try CloudEventsAdapter(
                destination: destination.name, options: options, transport: transport, clock: clock)
        case .fourPlatform, .webhook:
            var options = TemplateAdapter.Options(baseURL: destination.url)
            options.settings = destination.templateSettings
            options.page = page
            options.link = link
            options.entitledToOriginals = destination.isEntitledToOriginals
            options.casesAPoll = destination.casesAPoll
            options.endedWithin = destination.closedPollFor
            options.endedEvery = destination.closedPollEvery
            options.timeouts = timeouts
            options.tls = tls
            var bearing = transport
            if let token { bearing = SigningTransport(transport, signing: .bearer(token), clock: clock) }
            return try TemplateAdapter(
                destination: destination.name, template: try ModelFiles.caseTemplate(of: destination), options: options,
                transport: ChainHeadTransport(bearing, head: chain), clock: clock, jurisdiction: jurisdiction,
                cases: cases)
        }
    }

    static func signed(
        _ destination: DestinationSettings, _ transport: any HTTPTransport, _ clock: any Inspection.Clock
    ) throws(Failure) -> any HTTPTransport {
        guard let signing = destination.signing, let source = signing.secret else { return transport }
        do {
            let made = try signing.signing(
                secret: source.read(), authorities: destination.certificateAuthority, transport: transport, clock: clock
            )
            return SigningTransport(transport, signing: made, clock: clock)
        } catch {
            throw Failure(.badConfig, "destination \(destination.name): \(error)")
        }
    }

    static func callbacks(of destinations: [DestinationSettings], since: UTCTime) throws(Failure) -> [CaseCallback] {
        var callbacks: [CaseCallback] = []
        for destination in destinations {
            do {
                let template =
                    destination.template == nil ? nil : try ModelFiles.caseTemplate(of: destination)
                if let callback = destination.callback, let source = callback.secret {
                    let signature = try callback.signature(secret: source.read())
                    callbacks.append(
                        CaseCallback(
                            platform: destination.name, secrets: [], signature: signature, template: template,
                            since: since))
                } else if let source = destination.callbackSecret {
                    let secret = try WebhookSecret(source.read())
                    callbacks.append(
                        CaseCallback(
                            platform: destination.name, secrets: [secret], signature: nil, template: template,
                            since: since))
                }
            } catch let failure as Failure {
                throw failure
            } catch {
                throw Failure(.badConfig, "destination \(destination.name): callback secret: \(error)")
            }
        }
        return callbacks
    }
}

extension ModelFiles {
    /// The template of a destination: a shipped one by its name, or a file. That there is one is looked at before
    /// (`SettingsReview.reviewTemplates`).
    static func caseTemplate(of destination: DestinationSettings) throws(Failure) -> CaseTemplate {
        let named = destination.template ?? ""
        let file = isShippedTemplate(named) ? try path(of: "case-flows") + "/\(named).yaml" : named
        do throws(YAMLError) {
            return try CaseTemplate(path: file)
        } catch {
            throw Failure.listed(error.description)
        }
    }

    static func isShippedTemplate(_ named: String) -> Bool { !named.contains("/") && !named.hasSuffix(".yaml") }

    static func shippedTemplates() throws(Failure) -> [String] {
        let folder = try path(of: "case-flows")
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }
}

extension SigningSettings {
    func signing(
        secret: String, authorities: String? = nil, transport: any HTTPTransport, clock: any Inspection.Clock
    ) throws(DeliveryError) -> RequestSigning {
        let form: SigningAlgorithm.Form = form == .raw ? .raw : .der
        let encoding = encoding.delivered
        switch scheme {
        case .bearer: return .bearer(secret)
        case .hmacSHA256, .hmacSM3, .sm2:
            let kind: SigningAlgorithm.Kind =
                scheme == .hmacSHA256 ? .hmacSHA256 : scheme == .hmacSM3 ? .hmacSM3 : .sm2
            var options = HeaderSigning.Options()
            options.keyID = keyID
            if let text { options.text = text }
            if !headers.isEmpty { options.fields = headers.keys.sorted().map { HTTPField($0, headers[$0] ?? "") } }
            options.time = timestamp?.delivered ?? .seconds
            options.zoneSeconds = zoneSeconds
            return .headers(
                try HeaderSigning(
                    SigningAlgorithm(kind, secret: secret, form: form, encoding: encoding, identity: identity),
                    options: options))
        case .appKey:
            let kind: SigningAlgorithm.Kind =
                switch digest {
                case .sha256: .sha256
                case .sm3: .sm3
                case .hmacSHA256: .hmacSHA256
                case .hmacSM3: .hmacSM3
                }
            var options = ParameterSigning.Options(keyID: keyID ?? "", secret: secret)
            options.place = place == .query ? .query : place == .body ? .body : .headers
            options.keyName = names.key
            options.timeName = names.timestamp
            options.nonceName = names.nonce
            options.signatureName = names.signature
            if let text { options.text = text }
            options.time = timestamp?.delivered ?? .milliseconds
            options.zoneSeconds = zoneSeconds
            return .parameters(
                try ParameterSigning(SigningAlgorithm(kind, secret: secret, encoding: encoding), options: options))
        case .oauth2:
            var options = ClientCredentials.Options(tokenURL: tokenURL ?? "", clientID: keyID ?? "", secret: secret)
            options.scope = scope
            options.isBasic = credentials == .basic
            options.tls.authorities = authorities
            return .clientCredentials(ClientCredentials(options: options, transport: transport, clock: clock))
        }
    }
}

extension CallbackSettings {
    func signature(secret: String) throws(DeliveryError) -> CallbackSignature {
        let kind: SigningAlgorithm.Kind =
            scheme == .hmacSHA256 ? .hmacSHA256 : scheme == .hmacSM3 ? .hmacSM3 : .sm2
        var options = CallbackSignature.Options()
        if let text { options.text = text }
        options.signatureHeader = signatureHeader
        options.timestampHeader = timestampHeader
        options.nonceHeader = nonceHeader
        options.time = timestamp.delivered
        return try CallbackSignature(
            SigningAlgorithm(
                kind, secret: secret, form: form == .raw ? .raw : .der, encoding: encoding.delivered,
                identity: identity,
                isForVerifying: true), options: options)
    }
}

extension SigningSettings.Encoding {
    fileprivate var delivered: SigningAlgorithm.Encoding {
        switch self {
        case .hex: .hex
        case .upperHex: .upperHex
        case .base64: .base64
        case .base64url: .base64url
        }
    }
}

extension SigningSettings.Timestamp {
    fileprivate var delivered: SigningTime {
        switch self {
        case .seconds: .seconds
        case .milliseconds: .milliseconds
        case .compact: .compact
        }
    }
}
