import Inspection
import Synchronization

/// A folder whose files are read one after the other, each a flight of its own, the pictures of one folder together.
/// Nothing that happens to the folder or to a file ends it.
final class DropFolderSource: VideoSource {
    typealias MakeFile = @Sendable (_ path: String) -> any VideoSource

    private struct State {
        var current: (any VideoSource)?
        var currentBytes: Int64 = 0
        var progress = FileProgress()
    }

    private let name: Name
    private let path: String
    private let options: SourceOptions
    private let clock: any Clock
    private let facts: FileFacts
    private let looker: (any PictureLooker)?
    private let makeFile: MakeFile
    private let counts = Counters()
    private let signal = StopSignal()
    private let state = Mutex(State())

    /// `makeFile` makes the source of one recording.
    init(
        name: Name, path: String, options: SourceOptions, clock: any Clock, facts: FileFacts,
        looker: (any PictureLooker)? = nil, makeFile: @escaping MakeFile
    ) {
        self.looker = looker
        self.name = name
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        self.options = options
        self.clock = clock
        self.facts = facts
        self.makeFile = makeFile
    }

    var counters: [String: Int64] {
        let current = state.withLock { $0.current }
        return counts.all.merging(current?.counters ?? [:], uniquingKeysWith: &+)
    }

    var files: FileProgress? {
        let (progress, current, bytes) = state.withLock { ($0.progress, $0.current, $0.currentBytes) }
        guard let current else { return progress }
        var now = progress
        let read = Double(current.counters["bytes"] ?? 0)
        now.percent = bytes > 0 ? Int(min(max(read / Double(bytes) * 100, 0), 100)) : 0
        return now
    }

    func stop() {
        signal.set()
        state.withLock { $0.current }?.stop()
    }

    func skip() {
        state.withLock { $0.current }?.skip()
    }

    func picture(at time: RunningTime, stamp: PictureStamp?) async throws(SourceError) -> Capture {
        guard let current = state.withLock({ $0.current }) else { throw noFile }
        return try await current.picture(at: time, stamp: stamp)
    }

    func clip(from start: RunningTime, to end: RunningTime) async throws(SourceError) -> Capture {
        guard let current = state.withLock({ $0.current }) else { throw noFile }
        return try await current.clip(from: start, to: end)
    }

    private var noFile: SourceError {
        SourceError(kind: .notHeld, description: "\(name) reads no file at the moment")
    }

    // MARK: The folder

    func run(_ deliver: (SourceEvent) -> Void) throws(SourceError) {
        var drop = DropFolder(
            settleSeconds: options.folder.isWatched ? options.folder.settleSeconds : 0, limit: options.folder.fileLimit)
        var scan = FolderScan(root: path, options: options.folder)
        var fault: SourceError?
        var isLookDue = true
        var hasWork = false
        var lookedAt = clock.monotonicNanoseconds
        let patience = Int64(min(max(options.folder.pollSeconds, 0.01), 3600) * 1e10)
        while !signal.isSet {
            if isLookDue {
                do throws(SourceError) {
                    try scan.look(&drop, now: clock.monotonicNanoseconds)
                    fault = nil
                } catch {
                    if !options.folder.isWatched { throw error }
                    // Said once, until it is well again or something else is wrong.
                    if error != fault { deliver(.interrupted(error)) }
                    fault = error
                }
                isLookDue = false
                lookedAt = clock.monotonicNanoseconds
                counts.update([
                    "folders_unreadable": Int64(scan.unreadable), "folders_over_limit": Int64(scan.overLimit),
                    "files_over_limit": Int64(drop.overLimit),
                ])
            }
            tell(drop)
            if let work = drop.next() {
                hasWork = true
                read(work, &drop, deliver)
                isLookDue = options.folder.isWatched && clock.monotonicNanoseconds &- lookedAt > patience
                continue
            }
            guard options.folder.isWatched else { break }
            if fault == nil { deliver(.idle) }
            if signal.wait(seconds: max(options.folder.pollSeconds, 0.01)) { break }
            isLookDue = true
        }
        if !options.folder.isWatched, !hasWork, !signal.isSet {
            throw SourceError(
                kind: .noVideo, description: "\(path) holds no recording and no picture",
                hint: "name the folder they lie in, at most \(options.folder.depth) deep")
        }
        deliver(.ended)
    }

    private func tell(_ drop: DropFolder) {
        let tally = drop.tally
        state.withLock { state in
            state.progress.waiting = tally.waiting
            state.progress.growing = tally.growing
        }
    }

    private func read(_ work: DropFolder.Work, _ drop: inout DropFolder, _ deliver: (SourceEvent) -> Void) {
        switch work {
        case .recording(let file): readRecording(file, &drop, deliver)
        case .pictures(let folder, let files): readPictures(files, in: folder, &drop, deliver)
        }
    }

    // MARK: Recordings

    private func readRecording(_ file: String, _ drop: inout DropFolder, _ deliver: (SourceEvent) -> Void) {
        let full = path + "/" + file
        guard isUnchanged(file, drop) else { return drop.reopen(file, now: clock.monotonicNanoseconds) }
        let content: String
        do throws(SourceError) {
            content = try RecordedFile(path: full).identity
        } catch {
            return fail([file], error, &drop, deliver)
        }
        if facts.isDone(content) { return finish([file], [content], &drop, isNew: false) }
        let sidecars = RecordedFile.sidecars(of: full)
        let outcome = run(
            makeFile(full), named: file, bytes: drop.stamp(of: file)?.size ?? 0, sidecars: sidecars, deliver)
        guard !signal.isSet else { return }
        if let error = outcome { return fail([file], error, &drop, deliver) }
        guard isUnchanged(file, drop) else {
            drop.reopen(file, now: clock.monotonicNanoseconds)
            counts.add("files_changed_while_read")
            let error = SourceError(kind: .damaged, description: "\(full) changed while it was read: it is read again")
            return end(error, deliver)
        }
        end(nil, deliver)
        finish([file], [content], &drop, isNew: true)
    }

    // MARK: Pictures

    private func readPictures(
        _ files: [String], in folder: String, _ drop: inout DropFolder, _ deliver: (SourceEvent) -> Void
    ) {
        let changed = files.filter { !isUnchanged($0, drop) }
        for file in changed { drop.reopen(file, now: clock.monotonicNanoseconds) }
        guard changed.isEmpty else { return }
        var opened: [StillFile] = []
        var paths: [String: [String]] = [:]
        for file in files where !signal.isSet {
            do throws(SourceError) {
                let still = try StillFile(path: path + "/" + file, facts: facts)
                if facts.isDone(still.identity) {
                    finish([file], [still.identity], &drop, isNew: false)
                } else {
                    if paths[still.identity] == nil { opened.append(still) }
                    paths[still.identity, default: []].append(file)
                }
            } catch {
                fail([file], error, &drop, deliver)
            }
        }
        let flights = StillFlight.flights(of: StillFlight.ordered(opened), gap: options.flightGapSeconds)
        for flight in flights where !signal.isSet {
            let source = StillSource(
                name: name, flight: flight, folder: path + (folder.isEmpty ? "" : "/" + folder), options: options,
                clock: clock, facts: facts, looker: looker)
            let contents = flight.pictures.map(\.file.identity)
            let flown = contents.flatMap { paths[$0] ?? [] }
            let bytes = flight.pictures.reduce(Int64(0)) { $0 &+ Int64($1.file.bytes) }
            let label = (folder.isEmpty ? "" : folder + "/") + "\(flown.count) pictures"
            let outcome = run(source, named: label, bytes: bytes, sidecars: [], deliver)
            guard !signal.isSet else { return }
            if let error = outcome {
                fail(flown, error, &drop, deliver)
            } else {
                end(nil, deliver)
                finish(flown, contents, &drop, isNew: true)
            }
        }
    }

    // MARK: One file

    /// Reads one source to its end, its events as this one's; the error that ended it.
    private func run(
        _ source: any VideoSource, named file: String, bytes: Int64, sidecars: [String],
        _ deliver: (SourceEvent) -> Void
    ) -> SourceError? {
        let isStopped = state.withLock { state in
            state.current = source
            state.currentBytes = bytes
            state.progress.current = file
            state.progress.sidecars = sidecars
            return signal.isSet
        }
        guard !isStopped else { return nil }
        do throws(SourceError) {
            try source.run { event in
                switch event {
                case .began(var form):
                    form.path = form.path ?? path + "/" + file
                    form.sidecars = sidecars
                    deliver(.began(form))
                case .ended, .fileEnded: break
                default: deliver(event)
                }
            }
            return nil
        } catch {
            return error
        }
    }

    /// Ends the file's flight, for which pictures and clips may still be asked, and lets go of the file.
    private func end(_ error: SourceError?, _ deliver: (SourceEvent) -> Void) {
        deliver(.fileEnded(error))
        let last = state.withLock { state in
            defer {
                state.current = nil
                state.progress.current = nil
                state.progress.sidecars = []
            }
            return state.current
        }
        for (name, value) in last?.counters ?? [:] { counts.add(name, value) }
    }

    private func isUnchanged(_ file: String, _ drop: DropFolder) -> Bool {
        guard let stamp = drop.stamp(of: file), let facts = FolderScan.facts(path + "/" + file) else { return false }
        return facts.size == stamp.size && facts.modified == stamp.modified
    }

    /// `isNew` is false for what was done before this daemon, or under another name.
    private func finish(_ files: [String], _ contents: [String], _ drop: inout DropFolder, isNew: Bool) {
        drop.settle(files, as: .done)
        counts.add(isNew ? "files_done" : "files_done_before", Int64(files.count))
        if isNew { state.withLock { $0.progress.done += files.count } }
        guard options.folder.after == .move else { return }
        // What is not marked as done for good stays where it will be found again.
        guard contents.allSatisfy(facts.isDone) else { return counts.add("moves_refused", Int64(files.count)) }
        move(files, to: "done")
    }

    private func fail(
        _ files: [String], _ error: SourceError, _ drop: inout DropFolder, _ deliver: (SourceEvent) -> Void
    ) {
        guard !signal.isSet else { return }
        drop.settle(files, as: .failed)
        counts.add("files_failed", Int64(files.count))
        state.withLock { state in for file in files { state.progress.fail(file, error.description) } }
        end(error, deliver)
        // What is gone, or cannot be read for want of a permission, is not the file's fault.
        if options.folder.after == .move, error.kind != .notFound, error.kind != .noPermission {
            move(files, to: "failed")
        }
    }

    private func move(_ files: [String], to place: String) {
        let finished = FinishedFiles(root: path)
        for file in files where !finished.move(file, to: place) { counts.add("moves_refused") }
    }
}
