import Foundation
import Inspection

/// The frames of a log of frame metadata, read piece by piece.
struct LoggedFrames {
    let path: String
    private(set) var decoder = MetadataLogDecoder()
    private(set) var frames = 0

    init(_ path: String) { self.path = path }

    /// Gives each header and each frame in its order. Says what of the file cannot be read; a file that is no log is an error.
    mutating func read(
        header: (MetadataLogHeader) -> Void, frame: (FrameMetadata) -> Void
    ) throws(Failure) {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw Failure(.badInput, "\(path): is not there or cannot be read")
        }
        defer { try? handle.close() }
        var isRead = false
        func piece() throws(Failure) -> Data {
            do {
                return try handle.read(upToCount: 1 << 20) ?? Data()
            } catch {
                throw Failure(.badInput, "\(path): cannot be read (\(FileFault.reason(of: error)))")
            }
        }
        while decoder.fault == nil {
            let piece = try piece()
            if piece.isEmpty { break }
            decoder.add(Array(piece))
            while let entry = decoder.next() {
                isRead = true
                switch entry {
                case .header(let found): header(found)
                case .frame(let found):
                    frames += 1
                    frame(found)
                }
            }
        }
        switch decoder.fault {
        case .newerFormat(let version):
            throw Failure(.badInput, "\(path): is of format \(version), written by a later version")
        case .notALog: throw Failure(.badInput, "\(path): is no log of frame metadata")
        case nil where !isRead: throw Failure(.badInput, "\(path): holds no frame metadata")
        case nil, .noRecord: complain()
        }
    }

    private func complain() {
        var problems: [String] = []
        if decoder.damagedRecords > 0 { problems.append(counted(decoder.damagedRecords, "damaged record")) }
        if decoder.lostFrames > 0 {
            problems.append("\(counted(decoder.lostFrames, "frame")) that cannot be read without")
        }
        if decoder.waitingBytes > 0 { problems.append("it ends within a record, after \(decoder.soundBytes) bytes") }
        if !problems.isEmpty { say("\(path): \(problems.joined(separator: "; "))") }
    }
}
