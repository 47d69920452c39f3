import Foundation
import GRDB
import Inspection
import SQLite

/// Columns read without trust: a damaged page may hold another type than the schema says, and GRDB's own conversions trap.
extension Row {
    func integer(_ index: Int) -> Int64? { Int64.fromDatabaseValue(self[index] as DatabaseValue) }
    func real(_ index: Int) -> Double? { Double.fromDatabaseValue(self[index] as DatabaseValue) }
    func text(_ index: Int) -> String? { String.fromDatabaseValue(self[index] as DatabaseValue) }

    func bytes(_ index: Int) -> [UInt8]? {
        guard case .blob(let data) = (self[index] as DatabaseValue).storage else { return nil }
        return Array(data)
    }

    func id(_ index: Int) -> UUIDv7? { bytes(index).flatMap { UUIDv7(blob: $0) } }
    func name(_ index: Int) -> Name? { text(index).flatMap { Name($0) } }
    func time(_ index: Int) -> UTCTime? { integer(index).map { UTCTime(microseconds: $0) } }
}

extension UUIDv7 {
    /// The 16 bytes, most significant first: blobs sort by time.
    var blob: Data {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        for half in [high, low] {
            for shift in stride(from: UInt64(56), through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: half >> shift))
            }
        }
        return Data(bytes)
    }

    /// Nil unless `bytes` are the 16 of a version 7 UUID.
    init?(blob bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        let high = bytes[0..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let low = bytes[8..<16].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard high >> 12 & 0xF == 7, low >> 62 == 2 else { return nil }
        self.init(milliseconds: high >> 16, randomness: (high & 0x0FFF, low & 0x3FFF_FFFF_FFFF_FFFF))
    }
}

extension BoundValues {
    mutating func add(_ id: UUIDv7) { add(high: id.high, low: id.low) }
    mutating func add(_ time: UTCTime) { add(time.microseconds) }
}

extension SteppedRow {
    func id(_ column: Int32) -> UUIDv7? { bytes(column).flatMap { UUIDv7(blob: $0) } }
}
