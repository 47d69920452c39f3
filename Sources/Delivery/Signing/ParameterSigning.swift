import Curl
import Inspection

/// App key, time stamp, nonce and a signature as parameters of the request, over all its parameters in order.
public struct ParameterSigning: Sendable {
    public enum Place: String, Sendable, Hashable, CaseIterable {
        case query
        /// Into a form, or as members of a JSON object.
        case body
        case headers
    }

    public struct Options: Sendable {
        public var keyID: String
        public var secret: String
        public var place = Place.query
        /// What they are called; an empty name leaves one out.
        public var keyName = "app_key"
        public var timeName = "timestamp"
        public var nonceName = "nonce"
        public var signatureName = "sign"
        /// What is signed: `${parameters}` is `name=value` of each, joined by &; `${pairs}` the same without = and &. Sorted by
        /// name, values as they mean and not as they are encoded, empty ones left out.
        public var text = "${parameters}&key=${secret}"
        public var time = SigningTime.milliseconds
        public var zoneSeconds = 0

        public init(keyID: String, secret: String) {
            self.keyID = keyID
            self.secret = secret
        }
    }

    public static let names: Set<String> = [
        "parameters", "pairs", "secret", "body", "body_sha256", "body_sm3", "method", "path", "key_id", "timestamp",
        "nonce",
    ]

    private let algorithm: SigningAlgorithm
    private let options: Options
    private let text: SignedText

    public init(_ algorithm: SigningAlgorithm, options: Options) throws(DeliveryError) {
        self.algorithm = algorithm
        self.options = options
        text = try SignedText(options.text, names: Self.names)
        guard !options.signatureName.isEmpty else {
            throw DeliveryError(kind: .invalidOption, description: "signing: the signature needs a name")
        }
        let isKeyed = ![.sha256, .sm3].contains(algorithm.kind)
        guard isKeyed || text.names("secret") else {
            throw DeliveryError(
                kind: .invalidOption, description: "signing: a digest without a key needs ${secret} in what is signed")
        }
    }

    func signed(_ request: HTTPRequest, now: UTCTime, nonce: String) throws(DeliveryError) -> HTTPRequest {
        let parts = RequestParts(request)
        let stamp = options.time.text(now, zoneSeconds: options.zoneSeconds)
        let common = [
            (options.keyName, options.keyID), (options.timeName, stamp), (options.nonceName, nonce),
        ].filter { !$0.0.isEmpty }
        let isForm = parts.contentType.hasPrefix("application/x-www-form-urlencoded")
        let isJSON = parts.contentType.hasPrefix("application/json")
        var signed = FormText.pairs(parts.query) + common
        if isForm {
            signed += FormText.pairs(String(decoding: try RequestParts.body(of: request), as: UTF8.self))
        } else if isJSON, options.place == .body, let members = JSONValue(try RequestParts.body(of: request))?.scalars {
            signed += members
        }
        signed = signed.filter { !$0.1.isEmpty && $0.0 != options.signatureName }
            .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
        var values = parts.values
        values["parameters"] = signed.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
        values["pairs"] = signed.map { $0.0 + $0.1 }.joined()
        values["secret"] = options.secret
        values["key_id"] = options.keyID
        values["timestamp"] = stamp
        values["nonce"] = nonce
        let needed = ["body", "body_sha256", "body_sm3"].filter(text.names)
        if !needed.isEmpty { try RequestParts.addBody(of: request, needed, to: &values) }
        let signature = try algorithm.signature(of: Array(text.filled(values).utf8))
        return try added(common + [(options.signatureName, signature)], to: request, isForm: isForm, isJSON: isJSON)
    }

    private func added(
        _ parameters: [(String, String)], to request: HTTPRequest, isForm: Bool, isJSON: Bool
    ) throws(DeliveryError) -> HTTPRequest {
        var request = request
        switch options.place {
        case .headers: for (name, value) in parameters { request.fields.append(HTTPField(name, value)) }
        case .body where isForm:
            let body = try RequestParts.body(of: request)
            request.body = .bytes(body + (body.isEmpty ? [] : [38]) + Array(FormText.encoded(parameters).utf8))
        case .body where isJSON:
            let body = try RequestParts.body(of: request)
            guard let end = body.lastIndex(of: 125), JSONValue(body)?.isObject == true else {
                throw DeliveryError(kind: .invalidOption, description: "signing: the body is no JSON object")
            }
            var json = JSONText()
            json.object { json in for (name, value) in parameters { json.member(name, value) } }
            let isEmpty = body[..<end].last { $0 > 32 } == 123
            request.body = .bytes(Array(body[..<end]) + (isEmpty ? [] : [44]) + json.bytes.dropFirst())
        case .query, .body:
            request.url += (request.url.contains("?") ? "&" : "?") + FormText.encoded(parameters)
        }
        return request
    }
}

extension JSONValue {
    /// Members that are text, numbers or words, as text.
    fileprivate var scalars: [(String, String)]? {
        guard case .object(let members) = self else { return nil }
        return members.compactMap { name, value in value.scalarText.map { (name, $0) } }
    }
}
