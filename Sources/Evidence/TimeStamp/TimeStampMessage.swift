import Foundation
public import Inspection

/// Which bytes a time stamp is of, and the number that ties an answer to its request.
struct TimeStampImprint: Hashable {
    /// SHA-256.
    var hash: [UInt8]
    /// Without leading zeros; nil where there is none.
    var nonce: [UInt8]?

    /// 2.16.840.1.101.3.4.2.1
    static let sha256: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]

    /// A `MessageImprint` (RFC 3161, 2.4.1) over SHA-256.
    static func hash(in reader: inout DERReader) -> [UInt8]? {
        guard var imprint = reader.enter(DER.sequence), var algorithm = imprint.enter(DER.sequence),
            algorithm.take(DER.identifier)?.elementsEqual(sha256) ?? false,
            let hash = imprint.take(DER.octets), hash.count == 32
        else { return nil }
        return Array(hash)
    }
}

/// A `TimeStampReq` (RFC 3161, 2.4.1).
public enum TimeStampRequest {
    public static let mediaType = "application/timestamp-query"

    /// Asks for a token over `hash`, with the authority's certificate in it.
    static func bytes(hash: [UInt8], nonce: [UInt8]) -> [UInt8] {
        let algorithm = DER.element(
            DER.sequence, DER.element(DER.identifier, TimeStampImprint.sha256) + [0x05, 0x00])
        let imprint = DER.element(DER.sequence, algorithm + DER.element(DER.octets, hash))
        return DER.element(
            DER.sequence, DER.positive([1]) + imprint + DER.positive(nonce) + [0x01, 0x01, 0xFF])
    }

    static func imprint(in bytes: [UInt8]) -> TimeStampImprint? {
        var outer = DERReader(bytes[...])
        guard var request = outer.enter(DER.sequence), outer.isAtEnd, request.take(DER.integer) != nil,
            let hash = TimeStampImprint.hash(in: &request)
        else { return nil }
        _ = request.take(DER.identifier)
        return TimeStampImprint(hash: hash, nonce: request.take(DER.integer).map { Array($0.drop { $0 == 0 }) })
    }
}

/// A `TimeStampResp` (RFC 3161, 2.4.2), as far as it is looked into here. Whether the authority signed it is for
/// `openssl ts -verify` to say, which knows whom to trust.
public struct TimeStampAnswer: Sendable, Hashable {
    public static let mediaType = "application/timestamp-reply"
    /// Bytes at most.
    public static let limit = 1 << 20

    let imprint: TimeStampImprint
    public let time: UTCTime

    public enum Refusal: Error, Sendable, Hashable, CustomStringConvertible {
        /// The authority said no: its `PKIStatus`.
        case refused(Int)
        case unreadable

        public var description: String {
            switch self {
            case .refused(let status): "the authority refused with status \(status)"
            case .unreadable: "the answer is no time stamp"
            }
        }
    }

    init(_ bytes: [UInt8]) throws(Refusal) {
        guard bytes.count <= Self.limit else { throw .unreadable }
        var outer = DERReader(bytes[...])
        guard var answer = outer.enter(DER.sequence), outer.isAtEnd, var status = answer.enter(DER.sequence),
            let code = status.take(DER.integer), code.count == 1, let number = code.first
        else { throw .unreadable }
        // Granted, or granted with modifications.
        guard number <= 1 else { throw .refused(Int(number)) }
        guard var info = Self.info(in: &answer), info.take(DER.integer) != nil, info.take(DER.identifier) != nil,
            let hash = TimeStampImprint.hash(in: &info), info.take(DER.integer) != nil,
            let time = info.take(DER.generalizedTime).flatMap({ Self.time($0) })
        else { throw .unreadable }
        // Accuracy and whether tokens are in order may stand before the nonce.
        _ = info.take(DER.sequence)
        _ = info.take(0x01)
        imprint = TimeStampImprint(hash: hash, nonce: info.take(DER.integer).map { Array($0.drop { $0 == 0 }) })
        self.time = time
    }

    /// The `TSTInfo` in the signed data (RFC 5652) in the answer.
    private static func info(in answer: inout DERReader) -> DERReader? {
        guard var content = answer.enter(DER.sequence),
            content.take(DER.identifier)?.elementsEqual(signedData) ?? false,
            var wrapped = content.enter(DER.explicit0), var signed = wrapped.enter(DER.sequence),
            signed.take(DER.integer) != nil, signed.take(DER.set) != nil, var inner = signed.enter(DER.sequence),
            inner.take(DER.identifier)?.elementsEqual(tstInfo) ?? false, var octets = inner.enter(DER.explicit0),
            let bytes = octets.take(DER.octets)
        else { return nil }
        var reader = DERReader(bytes)
        return reader.enter(DER.sequence)
    }

    /// `20260820030405.123Z`
    static func time(_ bytes: ArraySlice<UInt8>) -> UTCTime? {
        let bytes = Array(bytes)
        func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
        guard (15...30).contains(bytes.count), bytes.last == 90, bytes[..<14].allSatisfy(isDigit) else { return nil }
        let fraction = bytes[14..<bytes.count - 1]
        guard fraction.isEmpty || fraction.first == 46 && fraction.count > 1 && fraction.dropFirst().allSatisfy(isDigit)
        else { return nil }
        func text(_ part: ArraySlice<UInt8>) -> String { String(decoding: part, as: UTF8.self) }
        let day = text(bytes[0..<4]) + "-" + text(bytes[4..<6]) + "-" + text(bytes[6..<8])
        let time = text(bytes[8..<10]) + ":" + text(bytes[10..<12]) + ":" + text(bytes[12..<14])
        return UTCTime(rfc3339: day + "T" + time + text(fraction) + "Z")
    }

    /// 1.2.840.113549.1.7.2
    private static let signedData: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02]
    /// 1.2.840.113549.1.9.16.1.4
    private static let tstInfo: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x10, 0x01, 0x04]
}
