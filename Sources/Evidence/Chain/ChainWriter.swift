import Foundation
import Glibc
import Inspection

/// Appends lines to the chain of a state directory. One writer at a time; blocks its thread.
///
/// A line counts when ``sync()`` has returned: then it is on disk, and the head that names it too. After an error nothing more
/// may be written with this value: open another, which reads from the disk what is really there.
struct ChainWriter {
    struct Options: Sendable, Hashable {
        /// A segment that is longer is followed by another.
        var segmentBytes = 16 << 20
        /// The newest sequence of the store: a first line says that it was not the store's beginning.
        var storeSequence: Int64 = 0
    }

    private let files: ChainFiles
    private let gateway: String
    private let clock: any Clock
    private let options: Options
    private(set) var tail: ChainTail
    private var signing: SigningKey
    private var signingID: String
    private var file: FileHandle?
    private var pending: [UInt8] = []
    /// Lines appended and not synced.
    private(set) var unsynced = 0
    private var headAt: UTCTime
    private var syncedLength = 0

    /// Makes the folder, cuts off what was torn, and, where another key signed the last line, has that one name this: it must
    /// be among the keys at hand.
    init(
        in stateDirectory: String, gateway: Name, keys: SealingKeys, clock: any Clock, options: Options = Options()
    ) throws(StoreError) {
        files = ChainFiles(folder: stateDirectory)
        self.gateway = gateway.text
        self.clock = clock
        self.options = options
        try DurableFile.makeDirectory(files.path)
        try DurableFile.sync(stateDirectory)
        tail = ChainTail(of: files)
        headAt = clock.utc
        let current = tail.key ?? keys.current.publicKey.id
        guard let former = keys.key(current) else {
            throw StoreError(
                kind: .invalid,
                description: "the chain's last line was signed by the key \(current), which is not at hand",
                hint:
                    "put keys/ back as it lay beside this chain, or give it as evidence.former_signing_key_file, so that it can name the new one"
            )
        }
        signing = former
        signingID = current
        try open()
        // Lines behind the head are whole, but nobody knows whether they are on disk.
        if tail.number > tail.promised { unsynced = 1 }
        try sync()
        try begin(keys)
    }

    /// Gives up what is not on disk for certain: after a failed sync the file's pages in memory prove nothing.
    mutating func abandon() {
        try? file?.truncate(atOffset: UInt64(syncedLength))
        try? file?.close()
        file = nil
        pending = []
        unsynced = 0
    }

    /// The key that signs now.
    var publicKey: VerifyingKey { signing.publicKey }

    /// Adds one line; it is on disk after the next ``sync()``. `sealed` and `missions` say how far the feeds were followed
    /// once this line counts.
    mutating func append(
        _ kind: ChainLine.Kind, sealed: LastSealed?, missions: Int64, _ members: (inout JSONText) -> Void
    ) throws(StoreError) {
        let head = ChainLine.Head(
            number: tail.number + 1, previous: tail.hash, at: clock.utc, kind: kind, gateway: gateway, sealed: sealed,
            missions: missions)
        let line = try ChainLine.signed(head, by: signing, id: signingID, members)
        guard line.count <= ChainLine.limit else {
            throw StoreError(kind: .invalid, description: "line \(head.number) of the chain is too long")
        }
        pending += line
        pending.append(10)
        tail.number += 1
        tail.hash = ChainLine.hash(line[...])
        tail.sealed = sealed
        tail.missions = missions
        unsynced += 1
        headAt = head.at
        if pending.count >= 1 << 20 { try flush() }
    }

    /// Makes what was appended durable: the lines, then the head that promises them.
    mutating func sync() throws(StoreError) {
        guard unsynced > 0 else { return }
        guard let file else { throw StoreError(kind: .io, description: "the chain was given up after an error") }
        try flush()
        guard fsync(file.fileDescriptor) == 0 else {
            throw DurableFile.syncFailure(files.segment(tail.segment), errno)
        }
        try promise()
        unsynced = 0
        tail.promised = tail.number
        syncedLength = tail.length
        if tail.length >= options.segmentBytes { try rotate() }
    }

    /// Says that the lines are on disk.
    private func promise() throws(StoreError) {
        let head = try ChainHead.signed(number: tail.number, hash: tail.hash, at: headAt, by: signing, id: signingID)
        try DurableFile.replace(head, at: files.headPath, in: files.path)
    }

    private mutating func flush() throws(StoreError) {
        guard !pending.isEmpty else { return }
        guard let file else { throw StoreError(kind: .io, description: "the chain was given up after an error") }
        do {
            try file.write(contentsOf: Data(pending))
        } catch {
            throw StoreError("write", files.segment(tail.segment), error)
        }
        tail.length += pending.count
        pending.removeAll(keepingCapacity: true)
    }

    private mutating func rotate() throws(StoreError) {
        try? file?.close()
        tail.segment += 1
        tail.length = 0
        syncedLength = 0
        try open()
    }

    private mutating func open() throws(StoreError) {
        if tail.segment == 0 { tail.segment = 1 }
        syncedLength = tail.length
        let path = files.segment(tail.segment)
        if !FileManager.default.fileExists(atPath: path) {
            try DurableFile.write([], to: path)
            try DurableFile.sync(files.path)
        }
        do {
            guard let handle = FileHandle(forUpdatingAtPath: path) else { throw CocoaError(.fileWriteUnknown) }
            file = handle
            if tail.torn > 0 {
                try handle.truncate(atOffset: UInt64(tail.length))
                guard fsync(handle.fileDescriptor) == 0 else { throw DurableFile.syncFailure(path, errno) }
            }
            try handle.seek(toOffset: UInt64(tail.length))
        } catch {
            throw StoreError("open", path, error)
        }
    }

    /// The first line, or the one that hands over to another key.
    private mutating func begin(_ keys: SealingKeys) throws(StoreError) {
        let fresh = keys.current.publicKey
        let isFirst = tail.number == 0
        let storeSequence = options.storeSequence
        guard isFirst || fresh.id != signingID else { return }
        if isFirst { signing = keys.current; signingID = fresh.id }
        try append(.key, sealed: tail.sealed, missions: tail.missions) { json in
            json.member("public_key", Data(fresh.raw).base64EncodedString())
            json.member("fingerprint", fresh.fingerprint)
            if isFirst, storeSequence > 0 { json.member("store_seq", storeSequence) }
        }
        try sync()
        signing = keys.current
        signingID = fresh.id
        tail.key = fresh.id
        if !isFirst { try promise() }
    }
}
