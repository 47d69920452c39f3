import Foundation

/// The one video track of an MP4, by its sample tables alone.
struct MP4Track {
    /// Coded pictures in decoding order.
    var samples: [[UInt8]] = []
    /// Presentation times, seconds, one for each sample.
    var times: [Double] = []
    /// Indices of the samples that decoding may begin at; nil when the file says that all are.
    var keys: [Int]?
    /// Bytes of the length in front of each NAL unit.
    var lengthBytes = 0
    /// The parameter sets of the sample description.
    var parameterSets: [[UInt8]] = []

    /// Nil when a table is missing or does not hold together.
    init?(_ file: [UInt8]) {
        guard let moov = MP4.payload("moov", file) else { return nil }
        for trak in MP4.boxes(moov) where trak.type == "trak" {
            guard let mdia = MP4.payload("mdia", Array(trak.payload)), let hdlr = MP4.payload("hdlr", mdia),
                hdlr.count >= 12, Array(hdlr[8..<12]) == Array("vide".utf8), let mdhd = MP4.payload("mdhd", mdia),
                let minf = MP4.payload("minf", mdia), let stbl = MP4.payload("stbl", minf)
            else { continue }
            guard mdhd.first == 0, read(stbl, file, timescale: Double(Self.number(mdhd, 12))) else { return nil }
            return
        }
        return nil
    }

    private mutating func read(_ stbl: [UInt8], _ file: [UInt8], timescale: Double) -> Bool {
        guard let stsd = MP4.payload("stsd", stbl), let stsz = MP4.payload("stsz", stbl),
            let stsc = MP4.payload("stsc", stbl), let stts = MP4.payload("stts", stbl), timescale > 0,
            describe(stsd)
        else { return false }
        let wide = MP4.payload("co64", stbl)
        guard let chunks = wide ?? MP4.payload("stco", stbl) else { return false }
        let offsets = (0..<Self.number(chunks, 4)).map { index in
            wide == nil ? Self.number(chunks, 8 + 4 * index) : Self.number(chunks, 12 + 8 * index)
        }
        let count = Self.number(stsz, 8)
        let sizes = (0..<count).map {
            Self.number(stsz, 4) == 0 ? Self.number(stsz, 12 + 4 * $0) : Self.number(stsz, 4)
        }
        let runs = (0..<Self.number(stsc, 4)).map { (Self.number(stsc, 8 + 12 * $0), Self.number(stsc, 12 + 12 * $0)) }
        var next = 0
        for (index, offset) in offsets.enumerated() {
            guard let each = runs.last(where: { $0.0 <= index + 1 })?.1 else { return false }
            var at = offset
            for _ in 0..<each where next < count {
                guard at + sizes[next] <= file.count else { return false }
                samples.append(Array(file[at..<at + sizes[next]]))
                at += sizes[next]
                next += 1
            }
        }
        var clock = 0
        var decoding: [Int] = []
        for run in 0..<Self.number(stts, 4) {
            for _ in 0..<Self.number(stts, 8 + 8 * run) {
                decoding.append(clock)
                clock += Self.number(stts, 12 + 8 * run)
            }
        }
        var shifts: [Int] = []
        if let ctts = MP4.payload("ctts", stbl) {
            for run in 0..<Self.number(ctts, 4) {
                let shift = Int(Int32(truncatingIfNeeded: Self.number(ctts, 12 + 8 * run)))
                shifts += Array(repeating: shift, count: Self.number(ctts, 8 + 8 * run))
            }
        } else {
            shifts = Array(repeating: 0, count: count)
        }
        guard next == count, decoding.count == count, shifts.count == count else { return false }
        times = zip(decoding, shifts).map { Double($0 + $1) / timescale }
        keys = MP4.payload("stss", stbl).map { stss in
            (0..<Self.number(stss, 4)).map { Self.number(stss, 8 + 4 * $0) - 1 }
        }
        return true
    }

    /// Of `avcC` and `hvcC`: the length's size and the parameter sets.
    private mutating func describe(_ stsd: [UInt8]) -> Bool {
        guard let entry = MP4.boxes(Array(stsd[8...])).first, entry.payload.count > 78 else { return false }
        let extensions = Array(entry.payload.dropFirst(78))
        if let avcC = MP4.payload("avcC", extensions) {
            lengthBytes = Int(avcC[4] & 3) + 1
            var at = 5
            for mask: UInt8 in [0x1F, 0xFF] {
                let count = Int(avcC[at] & mask)
                at += 1
                for _ in 0..<count { at = take(avcC, at) }
            }
        } else if let hvcC = MP4.payload("hvcC", extensions) {
            lengthBytes = Int(hvcC[21] & 3) + 1
            var at = 23
            for _ in 0..<hvcC[22] {
                let count = Int(hvcC[at + 1]) << 8 | Int(hvcC[at + 2])
                at += 3
                for _ in 0..<count { at = take(hvcC, at) }
            }
        }
        return lengthBytes > 0
    }

    private mutating func take(_ bytes: [UInt8], _ at: Int) -> Int {
        let size = Int(bytes[at]) << 8 | Int(bytes[at + 1])
        parameterSets.append(Array(bytes[at + 2..<at + 2 + size]))
        return at + 2 + size
    }

    /// The NAL units of all samples.
    var units: [[UInt8]] {
        samples.flatMap { sample -> [[UInt8]] in
            var units: [[UInt8]] = []
            var at = 0
            while at + lengthBytes <= sample.count {
                let size = sample[at..<at + lengthBytes].reduce(0) { $0 << 8 | Int($1) }
                at += lengthBytes
                guard at + size <= sample.count else { return [[0xFF]] }
                units.append(Array(sample[at..<at + size]))
                at += size
            }
            return units
        }
    }

    private static func number(_ bytes: [UInt8], _ at: Int) -> Int {
        at + 4 <= bytes.count ? bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } : 0
    }
}

/// The video of a transport stream, by its packets and PES headers alone.
enum PESVideo {
    /// What the PES packets of stream ids E0…EF carry, one after the other.
    static func bytes(_ stream: [UInt8]) -> [UInt8] {
        var all: [UInt8] = []
        var video: Int?
        for start in stride(from: 0, through: stream.count - 188, by: 188) where stream[start] == 0x47 {
            let pid = Int(stream[start + 1] & 0x1F) << 8 | Int(stream[start + 2])
            let begins = stream[start + 1] & 0x40 != 0
            guard stream[start + 3] & 0x10 != 0 else { continue }
            let hasField = stream[start + 3] & 0x20 != 0
            var at = start + 4 + (hasField ? 1 + Int(stream[start + 4]) : 0)
            let end = start + 188
            if begins {
                guard at + 9 <= end, stream[at..<at + 3].elementsEqual([0, 0, 1]),
                    (0xE0...0xEF).contains(stream[at + 3])
                else { continue }
                video = pid
                at += 9 + Int(stream[at + 8])
            }
            if pid == video, at < end { all += stream[at..<end] }
        }
        return all
    }
}

/// What makes a picture: all NAL units but access unit delimiters and parameter sets, which muxers put where they like.
enum Essential {
    static func units(_ all: [[UInt8]], isH265: Bool) -> [[UInt8]] {
        all.filter { unit in
            guard let first = unit.first else { return false }
            return isH265 ? !(32...35).contains(first >> 1 & 0x3F) : ![7, 8, 9, 13].contains(first & 0x1F)
        }
        .map { Array($0[..<(($0.lastIndex { $0 != 0 } ?? -1) + 1)]) }
    }

    /// Those that hold picture data.
    static func slices(_ all: [[UInt8]], isH265: Bool) -> [[UInt8]] {
        all.filter { isH265 ? $0[0] >> 1 & 0x3F < 32 : (1...5).contains($0[0] & 0x1F) }
    }
}

extension Peer {
    /// What a program prints, and what it complains of; nil, with a line printed, when the program is absent.
    static func run(_ program: String, _ arguments: [String]) -> (output: [UInt8], complaints: String)? {
        guard let path = path(of: program) else { return nil }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let output = Pipe()
        let errors = NSTemporaryDirectory() + "flyonce-errors-" + UUID().uuidString
        _ = FileManager.default.createFile(atPath: errors, contents: nil)
        defer { try? FileManager.default.removeItem(atPath: errors) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle(forWritingAtPath: errors)
        guard (try? process.run()) != nil else { return nil }
        let bytes = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        return (bytes, (try? String(contentsOfFile: errors, encoding: .utf8)) ?? "")
    }

    static func output(_ program: String, _ arguments: [String]) -> [UInt8]? { run(program, arguments)?.output }

    /// Pictures that ffprobe decodes of a file, and what it complains of; nil when ffprobe is absent.
    static func decodedFrames(_ path: String) -> (count: Int, complaints: String)? {
        guard
            let (output, complaints) = run(
                "ffprobe",
                ["-v", "error", "-count_frames", "-select_streams", "v", "-show_entries", "stream=nb_read_frames"]
                    + ["-of", "csv=p=0", path])
        else { return nil }
        let text = String(decoding: output, as: UTF8.self)
        return (Int(text.prefix { $0.isNumber }) ?? -1, complaints)
    }
}
