import Crypto
import Foundation
public import Inspection

/// One line of the chain: one JSON object, its signature last.
///
/// The signature is Ed25519 over the line's bytes before `,"signature":`; the next line's `previous` is the SHA-256 of all its
/// bytes, without the line break. Its form is written down in docs/evidence.md.
public struct ChainLine: Sendable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Names a public key: the first line its own, a later one that which signs from the next line on.
        case key
        /// One revision of a finding.
        case finding
        /// What was stated of a flight.
        case mission
        /// A file of evidence that was taken away on purpose.
        case removed
    }

    public static let format: Int64 = 1
    /// Bytes of one line at most; a longer one is damaged.
    static let limit = 32 << 20
    /// No gateway ever writes so many lines.
    static let numberLimit: Int64 = 1 << 53
    /// `previous` of the first line.
    static let beginning = String(repeating: "0", count: 64)
    /// `,"signature":"`, 88 digits of base64, `"}`.
    static let signatureBytes = 104

    public let number: Int64
    public let previous: String
    public let at: UTCTime
    public let kind: Kind
    public let gateway: String
    /// How far the change feed was sealed when this line was written; nil before the first revision.
    public let sealed: LastSealed?
    /// How many changes of missions were sealed.
    public let missions: Int64
    /// Id of the key that signed.
    public let key: String
    let signature: [UInt8]
    let bytes: ArraySlice<UInt8>
    let members: JSONScan

    /// Nil for what is no line of this format. The signature is not checked.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count > Self.signatureBytes, bytes.count <= Self.limit, let members = JSONScan(bytes),
            members.integer("format") == Self.format, let number = members.integer("n"),
            (1...Self.numberLimit).contains(number),
            let previous = members.text("previous"), Hexadecimal.sha256(previous) == previous,
            let at = members.text("at").flatMap({ UTCTime(rfc3339: $0) }),
            let kind = members.text("kind").flatMap({ Kind(rawValue: $0) }),
            let gateway = members.text("gateway"), let key = members.text("key"),
            let text = members.text("signature"), let signature = Data(base64Encoded: text), signature.count == 64,
            bytes.suffix(Self.signatureBytes).starts(with: Self.signatureName)
        else { return nil }
        self.bytes = bytes
        self.members = members
        self.number = number
        self.previous = previous
        self.at = at
        self.kind = kind
        self.gateway = gateway
        self.key = key
        self.signature = Array(signature)
        missions = members.integer("missions") ?? 0
        sealed = members.object("sealed").flatMap { position in
            guard let epoch = position.text("epoch"), let sequence = position.integer("seq"), sequence >= 0 else {
                return nil
            }
            return LastSealed(epoch: epoch, sequence: sequence)
        }
    }

    /// SHA-256 of the line's bytes, 64 digits.
    public var hash: String { Self.hash(bytes) }

    static func hash(_ bytes: ArraySlice<UInt8>) -> String { Hexadecimal.text(SHA256.hash(data: bytes)) }

    func isSigned(by key: VerifyingKey) -> Bool {
        key.id == self.key && key.isValid(signature, of: bytes.dropLast(Self.signatureBytes))
    }

    /// The key that a line of kind `key` names.
    var namedKey: VerifyingKey? {
        guard kind == .key, let text = members.text("public_key"), let raw = Data(base64Encoded: text) else {
            return nil
        }
        return VerifyingKey(raw: raw)
    }

    static let signatureName = Array(#","signature":""#.utf8)
}

extension ChainLine {
    /// What every line says before its own members.
    struct Head {
        var number: Int64
        var previous: String
        var at: UTCTime
        var kind: Kind
        var gateway: String
        var sealed: LastSealed?
        var missions: Int64
    }

    /// The bytes of a line, without its line break. `members` writes what its kind has to say.
    static func signed(
        _ head: Head, by key: SigningKey, id: String, _ members: (inout JSONText) -> Void
    ) throws(StoreError) -> [UInt8] {
        var json = JSONText(capacity: 4096)
        json.object { json in
            json.member("format", format)
            json.member("n", head.number)
            json.member("previous", head.previous)
            json.member("at", head.at.rfc3339)
            json.member("kind", head.kind.rawValue)
            json.member("gateway", head.gateway)
            if let sealed = head.sealed {
                json.member("sealed") { json in
                    json.object { json in
                        json.member("epoch", sealed.epoch)
                        json.member("seq", sealed.sequence)
                    }
                }
            }
            json.member("missions", head.missions)
            members(&json)
            json.member("key", id)
        }
        var line = json.bytes
        // The bracket comes back behind the signature.
        line.removeLast()
        let signature = try key.signature(of: line)
        line += signatureName
        line += Data(signature).base64EncodedData()
        line += [34, 125]
        return line
    }
}
