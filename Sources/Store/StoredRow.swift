import Foundation
import GRDB
import Geodesy
import Inspection
import SQLite

/// Rows as they lie in the file, believed only when their digest agrees.
struct StoredRow: Sendable {
    private var id: UUIDv7
    private var revision: Int64
    private var sequence: Int64
    private var body: [UInt8]

    /// Of columns id, revision, seq, body, digest; nil when the row is damaged.
    init?(_ row: Row) {
        guard let id = row.id(0), let revision = row.integer(1), let sequence = row.integer(2),
            let body = row.bytes(3), row.integer(4) == Self.digest(body, id, revision, sequence)
        else { return nil }
        (self.id, self.revision, self.sequence, self.body) = (id, revision, sequence, body)
    }

    func record(epoch: String) -> RecordBody? {
        guard
            let decoded = try? RecordBody(body, revision: Int(clamping: revision), epoch: epoch, sequence: sequence),
            decoded.record.finding.id == id
        else { return nil }
        return decoded
    }

    /// Of what a row holds and whose it is.
    static func digest(
        _ payload: [UInt8], from start: Int = 0, _ id: UUIDv7, _ revision: Int64, _ sequence: Int64
    ) -> Int64 {
        RowDigest.of(
            payload, from: start, id.high, id.low, UInt64(bitPattern: revision), UInt64(bitPattern: sequence))
    }

    /// The Feature of columns finding, revision, feature, digest from `from` on; nil when the row is missing, damaged, or
    /// not the revision asked for.
    static func feature(_ row: Row, from: Int, id: UUIDv7, revision: Int64, sequence: Int64) -> [UInt8]? {
        guard row.id(from) == id, row.integer(from + 1) == revision, let feature = row.bytes(from + 2),
            row.integer(from + 3) == digest(feature, id, revision, sequence)
        else { return nil }
        return feature
    }

    /// The same of a row that the writer stands at.
    static func feature(_ row: borrowing SteppedRow, id: UUIDv7, revision: Int64, sequence: Int64) -> [UInt8]? {
        guard row.id(0) == id, row.integer(1) == revision, let feature = row.bytes(2),
            row.integer(3) == digest(feature, id, revision, sequence)
        else { return nil }
        return feature
    }

    /// The record of columns id, revision, seq, body, digest.
    static func record(_ row: Row, epoch: String) -> RecordBody? {
        StoredRow(row)?.record(epoch: epoch)
    }

    /// Of the same columns, the rule alone: the rest is not read.
    static func rule(_ row: Row) -> String? {
        StoredRow(row).flatMap { RecordBody.rule(in: $0.body) }
    }

    /// Whether columns id, revision, seq, body, digest agree, without decoding them.
    static func isSound(_ row: Row) -> Bool {
        guard let id = row.id(0), let revision = row.integer(1), let sequence = row.integer(2), let body = row.bytes(3)
        else { return false }
        return row.integer(4) == digest(body, id, revision, sequence)
    }

    /// Writes everything that the row of a finding holds but its sequence and digest.
    static func add(_ body: RecordBody, encoded: [UInt8], to values: inout BoundValues) {
        let finding = body.record.finding
        let point = finding.location?.point
        values.add(finding.id)
        values.add(body.record.revision)
        values.add(finding.sceneType)
        values.add(finding.severity.rawValue)
        values.add(finding.status.rawValue)
        values.add(point?.latitude)
        values.add(point?.longitude)
        values.add(finding.firstSeen)
        values.add(finding.lastSeen)
        values.add(finding.flight)
        values.add(finding.source.text)
        values.add(finding.sightings)
        values.add(encoded)
    }

    static let recordColumns = "SELECT id, revision, seq, body, digest FROM findings"

    static func digest(_ flight: Flight) -> Int64 {
        RowDigest.of(
            Array((flight.source.text + "\n" + flight.content).utf8), flight.id.high, flight.id.low,
            UInt64(bitPattern: flight.firstFrame.microseconds), UInt64(bitPattern: flight.lastFrame.microseconds),
            UInt64(bitPattern: flight.lastArrival.microseconds), flight.ended ? 1 : 0)
    }

    static let flightColumns =
        "SELECT id, source, first_frame, last_frame, last_arrival, content, ended, digest, rowid FROM flights"

    static func flight(_ row: Row) -> Flight? {
        guard let id = row.id(0), let source = row.name(1), let first = row.time(2), let last = row.time(3),
            let arrival = row.time(4), let content = row.text(5), let ended = row.integer(6)
        else { return nil }
        let flight = Flight(
            id: id, source: source, firstFrame: first, lastFrame: last, lastArrival: arrival, content: content,
            ended: ended != 0)
        return row.integer(7) == digest(flight) ? flight : nil
    }
}

/// A row that a reader could not believe, to be looked at again by the writer and moved aside.
enum Suspect: Sendable, Hashable {
    case finding(rowid: Int64)
    case revision(sequence: Int64)
    case flight(rowid: Int64)
    case coverage(rowid: Int64)
    /// Of a finding, by the bytes of its id.
    case place(Data)
    case part(Data)
    /// By the bytes of finding and flight.
    case reflight(Data, Data)
    case caseChange(id: Int64)
    /// By the bytes of the finding, and the platform.
    case caseClock(Data, String)
    /// Of a flight, by the bytes of its id.
    case mission(Data)
    /// A file that was taken away, by its hash.
    case removal(String)
    /// Of a finding under a legal hold, by the bytes of its id.
    case hold(Data)
    /// Deliveries counted and forgotten, by ``FoldedRow/key``.
    case folded(String)
}
