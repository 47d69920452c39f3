import Foundation
public import Inspection
import Synchronization

/// Time stamps of the chain's end by an authority (RFC 3161): `chain/<12 digits>.tsq` is what is asked, `.tsr` the answer.
/// The request is kept until it is answered, over restarts; a newer one takes the place of one that never was, since it
/// covers all that the older would have.
public final class TimeStamps: Sendable {
    /// Sends a request's bytes and gives the answer's.
    public typealias Send = @Sendable ([UInt8]) async throws -> [UInt8]

    public struct Options: Sendable, Hashable {
        /// Between two time stamps, while the chain grows.
        public var every: Duration = .seconds(3600)
        public var retryInitial: Duration = .seconds(10)
        public var retryMaximum: Duration = .seconds(900)

        public init() {}
    }

    public struct Status: Sendable, Hashable {
        public var stamped: Int64 = 0
        public var errors: Int64 = 0
        /// Nil while all is well.
        public var lastError: String?
        public var lastTime: UTCTime?
        /// Line of the newest time stamp.
        public var lastLine: Int64 = 0

        public init() {}
    }

    private let files: ChainFiles
    private let options: Options
    private let send: Send
    private let state = Mutex(Status())

    public init(in stateDirectory: String, options: Options = Options(), send: @escaping Send) {
        files = ChainFiles(folder: stateDirectory)
        self.options = options
        self.send = send
    }

    public var status: Status { state.withLock { $0 } }

    /// Stamps until cancelled. In nobody's way.
    public func run() async {
        var pause = options.retryInitial
        while !Task.isCancelled {
            if await stamp() {
                pause = options.retryInitial
                try? await Task.sleep(for: options.every)
            } else {
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, options.retryMaximum)
            }
        }
    }

    /// Asks for a time stamp of the chain's end, unless it has one. False when it has to be tried again.
    public func stamp() async -> Bool {
        guard let head = files.head, let hash = Self.bytes(ofHex: head.hash) else { return false }
        if files.stamped("tsr").last == head.number { return true }
        do {
            let request = try request(line: head.number, hash: hash)
            let bytes = try await send(request)
            let answer = try TimeStampAnswer(bytes)
            guard let asked = TimeStampRequest.imprint(in: request), answer.imprint == asked else {
                throw StoreError(kind: .invalid, description: "the time stamp is of something else than was asked for")
            }
            try DurableFile.replace(bytes, at: files.stamp(head.number, "tsr"), in: files.path)
            state.withLock { status in
                status.stamped += 1
                status.lastError = nil
                status.lastTime = answer.time
                status.lastLine = head.number
            }
            return true
        } catch {
            state.withLock { status in
                status.errors += 1
                status.lastError = "\(error)"
            }
            return false
        }
    }

    /// The one that waits for this line, or a new one in the place of those that were never answered.
    private func request(line: Int64, hash: [UInt8]) throws(StoreError) -> [UInt8] {
        let path = files.stamp(line, "tsq")
        if let bytes = ChainFiles.read(path, limit: 4096), TimeStampRequest.imprint(in: bytes)?.hash == hash {
            return bytes
        }
        let answered = Set(files.stamped("tsr"))
        for old in files.stamped("tsq") where !answered.contains(old) {
            try? FileManager.default.removeItem(atPath: files.stamp(old, "tsq"))
        }
        var random = SystemRandomNumberGenerator()
        // The first bit is clear and the second set: 62 random bits, and one length.
        let number = random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x4000_0000_0000_0000
        let nonce = stride(from: UInt64(56), through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
        let bytes = TimeStampRequest.bytes(hash: hash, nonce: nonce)
        try DurableFile.replace(bytes, at: path, in: files.path)
        return bytes
    }

    static func bytes(ofHex text: String) -> [UInt8]? {
        guard Hexadecimal.sha256(text) == text else { return nil }
        let digits = Array(text.utf8).map { $0 > 57 ? $0 - 87 : $0 - 48 }
        return stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

extension ChainVerifier {
    /// Whether every time stamp is of the line that it bears the number of, and answers its request.
    mutating func verifyStamps() {
        for line in files.stamped("tsr").prefix(100_000) {
            let name = "chain/" + (files.stamp(line, "tsr") as NSString).lastPathComponent
            func fault(_ text: String) -> ChainFault { ChainFault(.timeStamp, line: line, file: name, text) }
            guard let bytes = ChainFiles.read(files.stamp(line, "tsr"), limit: TimeStampAnswer.limit),
                let answer = try? TimeStampAnswer(bytes)
            else {
                report(fault("the time stamp of line \(line) was altered: it cannot be read"))
                continue
            }
            guard let asked = ChainFiles.read(files.stamp(line, "tsq"), limit: 4096) else {
                report(fault("the request of the time stamp of line \(line) is missing"))
                continue
            }
            guard TimeStampRequest.imprint(in: asked) == answer.imprint else {
                report(fault("the time stamp of line \(line) does not answer its request: one of them was altered"))
                continue
            }
            guard let hash = walk.hashes[line] else {
                if !walk.isPartial { report(fault("line \(line), which has a time stamp, is missing")) }
                continue
            }
            guard TimeStamps.bytes(ofHex: hash) == answer.imprint.hash else {
                report(fault("line \(line) is not the one that was time-stamped on \(answer.time.rfc3339)"))
                continue
            }
            add(VerificationSummary.Stamp(line: line, time: answer.time))
        }
    }
}
