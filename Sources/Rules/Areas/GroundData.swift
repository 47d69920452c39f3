import Geodesy
import LocatedYAML
import Synchronization

/// Areas and registers as they are in force. Immutable and shared.
public struct GroundData: Sendable {
    public var areas = AreaSet()
    var registers: [String: Register] = [:]
    /// What was put right in reading, for people: `areas.geojson: 3 rings were not closed`.
    public private(set) var warnings: [String] = []

    public init() {}

    public var registerNames: [String] { registers.keys.sorted() }
    public var rowCount: Int { registers.values.reduce(0) { $0 + $1.rows.count } }

    /// Bytes of one file at most.
    public static let maximumBytes = 128 * 1024 * 1024

    /// Reads files of areas and registers with the bytes of each. Everything that is wrong with any of them is in the one
    /// error; then nothing counts.
    public static func read(
        areas: [(source: AreaSource, bytes: [UInt8])], registers: [(source: RegisterSource, bytes: [UInt8])]
    ) throws(RulesError) -> GroundData {
        var data = GroundData()
        var complaints: [YAMLComplaint] = []
        var entries: [(AreaSet.Area, GroundShape)] = []
        for (source, bytes) in areas {
            guard bytes.count <= maximumBytes else {
                complaints.append(tooLarge(source.file))
                continue
            }
            let (found, reader) = source.read(bytes)
            complaints += reader.complaints.listed
            entries += found
            data.warn(source.file, reader.closedRings)
        }
        if entries.count > AreaSet.limit {
            complaints.append(
                YAMLComplaint(
                    file: areas.last?.source.file ?? "", line: 0, column: 0, path: "",
                    message: "more than \(AreaSet.limit) areas in all"))
        }
        for (source, bytes) in registers {
            guard bytes.count <= maximumBytes else {
                complaints.append(tooLarge(source.file))
                continue
            }
            let (rows, reader) = source.read(bytes)
            complaints += reader.complaints.listed
            data.warn(source.file, reader.closedRings)
            data.registers[source.name] = Register(
                name: source.name, rows: rows, utcOffsetSeconds: source.utcOffsetSeconds)
        }
        guard complaints.isEmpty else { throw RulesError(complaints) }
        data.areas = AreaSet(entries)
        return data
    }

    private static func tooLarge(_ file: String) -> YAMLComplaint {
        YAMLComplaint(
            file: file, line: 0, column: 0, path: "", message: "is larger than \(maximumBytes) bytes",
            hint: "split it or simplify its outlines")
    }

    private mutating func warn(_ file: String, _ closedRings: Int) {
        guard closedRings > 0 else { return }
        warnings.append("\(file): \(closedRings) rings were not closed; their last corner is joined to the first")
    }

    init(areas: AreaSet, registers: [Register]) {
        self.areas = areas
        self.registers = Dictionary(registers.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }
}

/// The data that classifiers look at, exchanged under them when a file changes: what rules remember is not lost by it.
public final class HeldGround: Sendable {
    private let held: Mutex<GroundData>

    public init(_ data: GroundData = GroundData()) { held = Mutex(data) }

    public var current: GroundData { held.withLock { $0 } }

    public func replace(_ data: GroundData) { held.withLock { $0 = data } }
}
