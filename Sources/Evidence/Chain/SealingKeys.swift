import Foundation
public import Inspection

/// The keys of a gateway: the one that signs, and those that signed before it and may name it.
///
/// `keys/<id>.pem` (0600) holds a key that was made here, `keys/current` the id of the one that signs, and
/// `keys/<id>.pub.pem` the public half of every key that ever signed.
public struct SealingKeys: Sendable {
    public let current: SigningKey
    /// The current key was made just now: none was there.
    let wasMade: Bool
    private let former: [String: SigningKey]

    init(current: SigningKey, former: [SigningKey] = [], wasMade: Bool = false) {
        self.current = current
        self.wasMade = wasMade
        self.former = Dictionary(former.map { ($0.publicKey.id, $0) }) { first, _ in first }
    }

    func key(_ id: String) -> SigningKey? { current.publicKey.id == id ? current : former[id] }

    /// Takes the key that is given, or the one that was made here, made now where there is none. `former` may name the
    /// given one to a chain that another key began.
    public init(in stateDirectory: String, given: String?, former: String?) throws(StoreError) {
        let folder = stateDirectory + "/keys"
        try DurableFile.makeDirectory(folder)
        try DurableFile.sync(stateDirectory)
        let made = try Self.made(in: folder)
        var others: [SigningKey] = []
        if let former { others.append(try SigningKey(pem: former)) }
        let signing: SigningKey
        var wasMade = false
        if let given {
            signing = try SigningKey(pem: given)
        } else if let key = try Self.currentMade(in: folder, made) {
            signing = key
        } else {
            signing = try Self.make(in: folder)
            wasMade = true
        }
        self.init(current: signing, former: others + made.values, wasMade: wasMade)
        for key in [signing] + others { try Self.publish(key.publicKey, in: folder) }
    }

    /// Makes another key, which signs from the next start on. Answers its public half.
    public static func rotate(in stateDirectory: String) throws(StoreError) -> VerifyingKey {
        let folder = stateDirectory + "/keys"
        try DurableFile.makeDirectory(folder)
        return try make(in: folder).publicKey
    }

    /// Removes keys made here that the chain no longer needs: what does not lie there cannot be taken.
    func forgetFormer(in stateDirectory: String) {
        let folder = stateDirectory + "/keys"
        for id in former.keys where id != current.publicKey.id {
            try? FileManager.default.removeItem(atPath: folder + "/\(id).pem")
            guard let named = ChainFiles.read(folder + "/current", limit: 64), named.starts(with: id.utf8) else {
                continue
            }
            try? FileManager.default.removeItem(atPath: folder + "/current")
        }
    }

    private static func make(in folder: String) throws(StoreError) -> SigningKey {
        let key = SigningKey()
        let id = key.publicKey.id
        try publish(key.publicKey, in: folder)
        try DurableFile.replace(Array(key.pem.utf8), at: folder + "/\(id).pem", in: folder)
        try DurableFile.replace(Array((id + "\n").utf8), at: folder + "/current", in: folder)
        return key
    }

    private static func publish(_ key: VerifyingKey, in folder: String) throws(StoreError) {
        let path = folder + "/\(key.id).pub.pem"
        let pem = Array(key.pem.utf8)
        guard ChainFiles.read(path, limit: 65_536) != pem else { return }
        try DurableFile.replace(pem, at: path, in: folder)
    }

    private static func made(in folder: String) throws(StoreError) -> [String: SigningKey] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var keys: [String: SigningKey] = [:]
        for name in names.sorted().prefix(1000) where name.hasSuffix(".pem") && !name.hasSuffix(".pub.pem") {
            guard let text = ChainFiles.read(folder + "/" + name, limit: 65_536),
                let key = try? SigningKey(pem: String(decoding: text, as: UTF8.self)),
                key.publicKey.id + ".pem" == name
            else { continue }
            keys[key.publicKey.id] = key
        }
        return keys
    }

    /// A key that is named and cannot be read is not replaced by another without a word.
    private static func currentMade(
        in folder: String, _ made: [String: SigningKey]
    ) throws(StoreError) -> SigningKey? {
        guard let bytes = ChainFiles.read(folder + "/current", limit: 64) else { return nil }
        let id = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        if let key = made[id] { return key }
        throw StoreError(
            kind: .damaged, description: "the signing key \(folder)/\(id.prefix(16)).pem is missing or damaged",
            hint: "put it back, or give a key as evidence.signing_key_file")
    }
}
