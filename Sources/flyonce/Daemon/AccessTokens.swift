import API
import Crypto
import Foundation
import Synchronization

/// The tokens that open the gateway's port: `tokens.json` in the state directory, 0600. Only their SHA-256 is kept; a token
/// holds 256 random bits, so it needs no salt and no stretching.
final class AccessTokens: Sendable {
    struct Entry: Codable, Sendable {
        var id: String
        var name: String
        var mayDecide: Bool
        /// A file may leave it out: then not.
        var mayPush: Bool?
        var sha256: String
        var createdAt: String
    }

    private struct Contents: Codable {
        var format = 1
        var tokens: [Entry] = []
    }

    static let maximumTokens = 1000

    private let file: URL
    private let state = Mutex<(entries: [Entry], modified: Date?)>(([], nil))

    init(stateDirectory: String) { file = URL(filePath: stateDirectory).appending(path: "tokens.json") }

    /// Who holds this token. The file is read again when it changed, so a revoked token closes at once.
    func principal(of token: String) -> GatewayAPI.Principal? {
        guard token.utf8.count <= 256 else { return nil }
        let digest = Self.digest(token)
        return state.withLock { state in
            let modified = try? FileManager.default.attributesOfItem(atPath: file.path)[.modificationDate] as? Date
            if modified != state.modified || modified == nil {
                state = ((try? load())?.tokens ?? [], modified)
            }
            // Equal digests of unequal tokens cannot be made, so the time of this comparison tells nothing.
            return state.entries.first { $0.sha256 == digest }
                .map { GatewayAPI.Principal(name: $0.name, mayDecide: $0.mayDecide, mayPush: $0.mayPush ?? false) }
        }
    }

    func list() throws(Failure) -> [Entry] { try load().tokens }

    /// The only time the token itself is seen.
    func create(name: String, mayDecide: Bool, mayPush: Bool = false, at time: String) throws(Failure) -> String {
        var contents = try load()
        guard contents.tokens.count < Self.maximumTokens else {
            throw Failure(
                .failed, "There are \(Self.maximumTokens) tokens already: revoke some with `flyonce token revoke`.")
        }
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let token =
            "fo_"
            + Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
        let id = bytes.prefix(4).map { String(format: "%02x", $0 ^ 0x5A) }.joined()
        contents.tokens.append(
            Entry(
                id: id, name: name, mayDecide: mayDecide, mayPush: mayPush, sha256: Self.digest(token), createdAt: time)
        )
        try save(contents)
        return token
    }

    func revoke(_ id: String) throws(Failure) {
        var contents = try load()
        let count = contents.tokens.count
        contents.tokens.removeAll { $0.id == id }
        guard contents.tokens.count < count else {
            throw Failure(.failed, "There is no token with the id \(id): see `flyonce token list`.")
        }
        try save(contents)
    }

    private static func digest(_ token: String) -> String {
        SHA256.hash(data: Data(token.utf8)).map { String(format: "%02x", $0) }.joined()
    }

    private func load() throws(Failure) -> Contents {
        guard FileManager.default.fileExists(atPath: file.path) else { return Contents() }
        do {
            return try JSONDecoder().decode(Contents.self, from: Data(contentsOf: file))
        } catch {
            throw Failure(.failed, "\(file.path) cannot be read as tokens: move it away and create new ones.")
        }
    }

    private func save(_ contents: Contents) throws(Failure) {
        let directory = file.deletingLastPathComponent().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: directory)
        if let attributes, attributes[.type] as? FileAttributeType != .typeDirectory {
            throw Failure(.unavailable, "The state directory \(directory) is not a directory: change state_directory.")
        }
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            try JSONEncoder().encode(contents).write(to: file, options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        } catch {
            throw Failure(.unavailable, "\(file.path) cannot be written: \(FileFault.reason(of: error)).")
        }
    }
}
