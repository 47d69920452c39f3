import Foundation
public import Inspection

/// The files of a chain, as they lie in a folder: `chain/<8 digits>.ndjson` in the order of their numbers, and `chain/head`.
struct ChainFiles: Sendable {
    /// Of the state directory, or of an export.
    let folder: String

    var path: String { folder + "/chain" }
    var headPath: String { path + "/head" }
    var keys: String { folder + "/keys" }

    func segment(_ number: Int) -> String {
        let digits = String(number)
        return path + "/" + String(repeating: "0", count: max(8 - digits.count, 0)) + digits + ".ndjson"
    }

    /// Numbers of the segments that are there, in order.
    var segments: [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.compactMap { name in
            guard name.utf8.count == 15, name.hasSuffix(".ndjson"), let number = Int(name.prefix(8)), number > 0 else {
                return nil
            }
            return number
        }.sorted()
    }

    /// Numbers of lines that a time stamp, or a request for one, is there for.
    func stamped(_ suffix: String) -> [Int64] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.compactMap { name in
            name.hasSuffix("." + suffix) ? Int64(name.dropLast(suffix.utf8.count + 1)) : nil
        }.filter { $0 > 0 }.sorted()
    }

    func stamp(_ line: Int64, _ suffix: String) -> String {
        let digits = String(line)
        return path + "/" + String(repeating: "0", count: max(12 - digits.count, 0)) + digits + "." + suffix
    }

    /// Public keys that lie beside the chain, by their ids. A file that is none is left out.
    var publicKeys: [String: VerifyingKey] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: keys)) ?? []
        var found: [String: VerifyingKey] = [:]
        for name in names.sorted().prefix(1000) where name.hasSuffix(".pub.pem") {
            guard let text = Self.read(keys + "/" + name, limit: 65_536),
                let key = VerifyingKey(pem: String(decoding: text, as: UTF8.self))
            else { continue }
            found[key.id] = key
        }
        return found
    }

    var head: ChainHead? { Self.read(headPath, limit: 4096).flatMap { ChainHead($0[...]) } }

    /// A gateway lives here, and this is no export of it.
    var isOfGateway: Bool {
        let isStore = ["flyonce.db", "flyonce.db-wal", "flyonce.db-shm", "flyonce.db-clean", "lock"].contains {
            FileManager.default.fileExists(atPath: folder + "/" + $0)
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: keys)) ?? []
        return isStore || names.contains { $0 == "current" || $0.hasSuffix(".pem") && !$0.hasSuffix(".pub.pem") }
    }

    /// Whether a file of bytes lies there (a pipe or a device never ends), behind links too; where a folder is given, inside it.
    static func isFile(_ path: String, within folder: String? = nil) -> Bool {
        let real = URL(filePath: path).resolvingSymlinksInPath().path
        if let folder, !real.hasPrefix(URL(filePath: folder).resolvingSymlinksInPath().path + "/") { return false }
        let type = try? FileManager.default.attributesOfItem(atPath: real)[.type] as? FileAttributeType
        return type == .typeRegular
    }

    /// The bytes of a small file; nil when it is not there, cannot be read or is longer than `limit`.
    static func read(_ path: String, limit: Int) -> [UInt8]? {
        guard isFile(path), let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        do {
            // Nothing at the end of a file is no error.
            let data = try handle.read(upToCount: limit + 1) ?? Data()
            return data.count <= limit ? Array(data) : nil
        } catch {
            return nil
        }
    }
}

/// What was last said of where the chain ends: signed, and written anew behind every group of lines. A chain that ends before
/// it was cut off.
public struct ChainHead: Sendable, Hashable {
    public let number: Int64
    /// SHA-256 of the line.
    public let hash: String
    public let at: UTCTime
    public let key: String
    private let signature: [UInt8]
    private let bytes: ArraySlice<UInt8>

    /// Nil for what is no head. The signature is not checked.
    init?(_ bytes: ArraySlice<UInt8>) {
        let bytes = bytes.last == 10 ? bytes.dropLast() : bytes
        guard bytes.count > ChainLine.signatureBytes, let members = JSONScan(bytes), members.integer("format") == 1,
            let number = members.integer("n"), (1...ChainLine.numberLimit).contains(number),
            let hash = members.text("hash"),
            Hexadecimal.sha256(hash) == hash, let at = members.text("at").flatMap({ UTCTime(rfc3339: $0) }),
            let key = members.text("key"),
            let signature = members.text("signature").flatMap({ Data(base64Encoded: $0) }), signature.count == 64,
            bytes.suffix(ChainLine.signatureBytes).starts(with: ChainLine.signatureName)
        else { return nil }
        self.number = number
        self.hash = hash
        self.at = at
        self.key = key
        self.signature = Array(signature)
        self.bytes = bytes
    }

    func isSigned(by key: VerifyingKey) -> Bool {
        key.id == self.key && key.isValid(signature, of: bytes.dropLast(ChainLine.signatureBytes))
    }

    static func signed(
        number: Int64, hash: String, at: UTCTime, by key: SigningKey, id: String
    ) throws(StoreError) -> [UInt8] {
        var json = JSONText()
        json.object { json in
            json.member("format", 1)
            json.member("n", number)
            json.member("hash", hash)
            json.member("at", at.rfc3339)
            json.member("key", id)
        }
        var head = json.bytes
        head.removeLast()
        let signature = try key.signature(of: head)
        return head + ChainLine.signatureName + Data(signature).base64EncodedData() + [34, 125, 10]
    }
}
