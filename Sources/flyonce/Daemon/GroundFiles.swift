import Foundation
import Geodesy
import Inspection
import Logging
import Rules
import ServiceLifecycle
import Settings
import Synchronization

/// The files of areas and registers: read as a whole or not at all, and read again when one of them changes.
final class GroundFiles: Sendable {
    /// How the files of settings stand.
    struct Stamps: Equatable {
        private struct Stamp: Equatable {
            var modified: Date?
            var size: Int?
            /// Another file may have been moved into its place, older and as large.
            var number: Int?
        }

        private let files: [String: Stamp]

        fileprivate func isSame(_ file: String, in other: Stamps) -> Bool { files[file] == other.files[file] }

        init(_ settings: GatewaySettings) { self.init(settings.areas, settings.registers) }

        fileprivate init(_ areas: [AreaSettings], _ registers: [RegisterSettings]) {
            var files: [String: Stamp] = [:]
            for path in areas.map(\.file) + registers.map(\.file) {
                let found = try? FileManager.default.attributesOfItem(
                    atPath: URL(filePath: path).resolvingSymlinksInPath().path)
                files[path] = Stamp(
                    modified: found?[.modificationDate] as? Date, size: (found?[.size] as? NSNumber)?.intValue,
                    number: (found?[.systemFileNumber] as? NSNumber)?.intValue)
            }
            self.files = files
        }
    }

    private struct State {
        var areas: [AreaSettings]
        var registers: [RegisterSettings]
        /// As they were before they were last read, whether it went well or not.
        var stamps: Stamps
        /// Seen changed, but perhaps still being written.
        var changing: Stamps?
        /// How often other settings were followed.
        var turn = 0
    }

    private let state: Mutex<State>

    /// Of settings whose files are read hereafter.
    init(_ settings: GatewaySettings) {
        state = Mutex(
            State(
                areas: settings.areas, registers: settings.registers, stamps: Stamps(settings), changing: nil))
    }

    /// From now on the files of these settings, which were read after they stood so. Gives what became others by it, a line for
    /// areas and for registers: entries that came, went, are others, or whose files are.
    func follow(_ settings: GatewaySettings, since stamps: Stamps) -> [String] {
        state.withLock { state in
            let former = state
            state = State(
                areas: settings.areas, registers: settings.registers, stamps: stamps, changing: nil,
                turn: former.turn + 1)
            func isOther(_ file: String) -> Bool { !stamps.isSame(file, in: former.stamps) }
            return Self.changes("areas", former.areas, settings.areas, \.name) { isOther($0.file) }
                + Self.changes("registers", former.registers, settings.registers, \.name) { isOther($0.file) }
        }
    }

    private static func changes<Entry: Equatable>(
        _ what: String, _ old: [Entry], _ new: [Entry], _ name: (Entry) -> String, isOther: (Entry) -> Bool
    ) -> [String] {
        let before = Dictionary(old.map { (name($0), $0) }, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(new.map { (name($0), $0) }, uniquingKeysWith: { first, _ in first })
        let names = Set(before.keys).union(after.keys).filter { name in
            before[name] != after[name] || (after[name].map(isOther) ?? false)
        }
        if names.isEmpty { return old == new ? [] : ["\(what) changed: their order"] }
        return ["\(what) changed: \(names.sorted().joined(separator: ", "))"]
    }

    /// The new data once a changed file has stood still from one call to the next; nil when nothing changed, or when other
    /// settings were followed while they were read. `takeOver` is done before other settings can be followed.
    func changed(_ takeOver: (GroundData) -> Void) -> Result<GroundData, Failure>? {
        let stood = state.withLock { state -> State? in
            let now = Stamps(state.areas, state.registers)
            guard now != state.stamps else {
                state.changing = nil
                return nil
            }
            guard now == state.changing else {
                state.changing = now
                return nil
            }
            state.stamps = now
            state.changing = nil
            return state
        }
        guard let stood else { return nil }
        let read: Result<GroundData, Failure>
        do throws(Failure) {
            read = .success(try Self.read(areas: stood.areas, registers: stood.registers))
        } catch {
            read = .failure(error)
        }
        return state.withLock { state -> Result<GroundData, Failure>? in
            guard state.turn == stood.turn else { return nil }
            if case .success(let data) = read { takeOver(data) }
            return read
        }
    }

    static func read(_ settings: GatewaySettings) throws(Failure) -> GroundData {
        try read(areas: settings.areas, registers: settings.registers)
    }

    private static func read(areas: [AreaSettings], registers: [RegisterSettings]) throws(Failure) -> GroundData {
        var areaFiles: [(source: AreaSource, bytes: [UInt8])] = []
        for area in areas { areaFiles.append((area.source, try bytes(of: area.file))) }
        var registerFiles: [(source: RegisterSource, bytes: [UInt8])] = []
        for register in registers { registerFiles.append((register.source, try bytes(of: register.file))) }
        do throws(RulesError) {
            return try GroundData.read(areas: areaFiles, registers: registerFiles)
        } catch {
            throw Failure.listed(error.description)
        }
    }

    private static func bytes(of path: String) throws(Failure) -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw Failure(.badConfig, "\(path): is not there or may not be read")
        }
        do {
            return Array(try handle.read(upToCount: GroundData.maximumBytes + 1) ?? Data())
        } catch {
            throw Failure(.badConfig, "\(path): cannot be read (\(FileFault.reason(of: error)))")
        }
    }
}

extension AreaSettings {
    var source: AreaSource {
        AreaSource(
            // A kind that is not known was complained of when the settings were read; what is unsure is not recorded.
            name: name, file: file, kind: AreaSource.Kind(rawValue: kind) ?? .noRecord,
            system: Datum(rawValue: system) ?? .wgs84, margin: margin, nameProperty: nameProperty,
            codeProperty: codeProperty)
    }
}

extension RegisterSettings {
    var source: RegisterSource {
        var names = RegisterSource.Columns()
        names.id = columns["id"] ?? names.id
        names.name = columns["name"] ?? names.name
        names.latitude = columns["lat"] ?? names.latitude
        names.longitude = columns["lon"] ?? names.longitude
        names.radius = columns["radius_m"] ?? names.radius
        names.from = columns["from"] ?? names.from
        names.to = columns["to"] ?? names.to
        return RegisterSource(
            name: name, file: file, system: Datum(rawValue: system) ?? .wgs84, columns: names,
            radius: radius, utcOffsetSeconds: utcOffsetSeconds)
    }
}

/// Looks at the files of areas and registers every few seconds; there are few, and looking costs a call each.
struct GroundWatchService: Service {
    static let interval = Duration.seconds(2)

    let gateway: Gateway

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // A sleep that is cancelled is the end.
            while (try? await Task.sleep(for: Self.interval)) != nil {
                // A large file takes seconds to read: no thread that others share waits for it.
                await withCheckedContinuation { continuation in
                    Thread.detachNewThread {
                        gateway.rereadGround()
                        continuation.resume()
                    }
                }
            }
        }
    }
}
