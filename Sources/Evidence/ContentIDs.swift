import Crypto
import Foundation
public import Inspection

/// Identities by SHA-256: the same time and parts always give the same id.
public struct ContentIDs: IDs {
    public init() {}

    /// The time is clamped to what 48 bits of Unix milliseconds can say (1970…10889). Each part is hashed after its length
    /// in UTF-8 bytes, so that no two lists of parts run together.
    public func uuid(at firstSeen: UTCTime, of parts: [String]) -> UUIDv7 {
        var hash = SHA256()
        for part in parts {
            let bytes = Array(part.utf8)
            hash.update(data: Self.bigEndian(UInt64(bytes.count)))
            hash.update(data: bytes)
        }
        let digest = Array(hash.finalize())
        let milliseconds = min(max(firstSeen.microseconds / 1000, 0), 0xFFFF_FFFF_FFFF)
        return UUIDv7(
            milliseconds: UInt64(milliseconds), randomness: (Self.word(digest[0..<8]), Self.word(digest[8..<16])))
    }

    private static func bigEndian(_ value: UInt64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt64($0)) }
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
