import Foundation
import LocatedYAML

/// Where a secret is read from. Secrets themselves never stand in the settings.
public enum SecretSource: Sendable, Hashable {
    /// A path.
    case file(String)
    /// The name of a systemd credential (`LoadCredential=`), found in `$CREDENTIALS_DIRECTORY`.
    case credential(String)

    /// Bytes of a secret at most.
    static let limit = 65_536

    /// The secret without the line break at its end. Errors say which file, never what is in it.
    public func read() throws(SettingsError) -> String {
        try read(environment: ProcessInfo.processInfo.environment)
    }

    func read(environment: [String: String]) throws(SettingsError) -> String {
        let path: String
        switch self {
        case .file(let file): path = file
        case .credential(let name):
            guard let folder = environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty else {
                throw Self.failure(
                    "credential \(name)", "there is no $CREDENTIALS_DIRECTORY",
                    "add LoadCredential=\(name):… to the service unit, or name a file")
            }
            path = folder + "/" + name
        }
        guard let handle = FileHandle(forReadingAtPath: path),
            let data = try? handle.read(upToCount: Self.limit &+ 1)
        else { throw Self.failure(path, "cannot be read", "check that it exists and the service may read it") }
        guard data.count <= Self.limit, let text = String(validating: data, as: UTF8.self) else {
            throw Self.failure(path, "is not a secret: too long, or not text", "")
        }
        let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !secret.isEmpty else { throw Self.failure(path, "is empty", "put the secret into it, in one line") }
        return secret
    }

    /// `<key>_file` or `<key>_credential`, not both.
    static func decode(_ mapping: YAMLMapping, _ key: String, folder: SettingsFolder) -> SecretSource? {
        let file = mapping.optionalString(key + "_file")
        let credential = mapping.optionalString(key + "_credential")
        if file != nil, credential != nil {
            mapping.complain(key + "_credential", "stands beside \(key)_file", hint: "keep one of them")
        }
        if let file {
            if file.isEmpty { mapping.complain(key + "_file", "must not be empty") }
            return .file(folder.path(file))
        }
        guard let credential else { return nil }
        let isName =
            !credential.isEmpty && credential.utf8.count <= 255 && credential.utf8.first != 46
            && credential.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 47 }
        if !isName { mapping.complain(key + "_credential", "must be the name of a systemd credential, not a path") }
        return .credential(credential)
    }

    private static func failure(_ path: String, _ message: String, _ hint: String) -> SettingsError {
        SettingsError([YAMLComplaint(file: path, line: 0, column: 0, path: "", message: message, hint: hint)])
    }
}
