import Inspection
import KLV
import TransportStream

@testable import Telemetry

/// A stream of frames and packets, made or recorded, to be aligned.
struct Flight {
    enum Event {
        case frame(Frame)
        case packet(MetadataPacket)
    }

    var events: [Event] = []
    private var frames = 0

    /// 2025-06-01T02:00:00Z.
    static let start: Int64 = 1_748_743_200_000_000
    static let arrival = UTCTime(microseconds: 1_800_000_000_000_000)

    mutating func frame(_ seconds: Double, width: Int = 1920, height: Int = 1080) {
        let frame = Frame(
            index: frames, time: .seconds(seconds), ptsMicroseconds: nil, width: width, height: height, isKey: true,
            arrival: Self.arrival)
        frames += 1
        events.append(.frame(frame))
    }

    mutating func packet(_ bytes: [UInt8], _ seconds: Double?, pid: Int? = 0x101) {
        events.append(
            .packet(
                MetadataPacket(
                    dialect: .klv, bytes: bytes, time: seconds.map { .seconds($0) }, ptsMicroseconds: nil, pid: pid,
                    arrival: Self.arrival)))
    }

    /// An ST 0601 packet at `seconds`, whose precision time is as much after ``start``.
    mutating func pose(_ seconds: Double, hasTime: Bool = true, _ items: [Int: Double]) throws {
        packet(try Self.packet(seconds, items), hasTime ? seconds : nil)
    }

    static func packet(_ seconds: Double, _ items: [Int: Double], _ more: [LocalSetItem] = []) throws -> [UInt8] {
        let time = LocalSetItem(2, .unsigned(UInt64(start + Int64((seconds * 1e6).rounded()))))
        return try ST0601.encode([time] + items.sorted { $0.key < $1.key }.map { LocalSetItem($0, .real($1)) } + more)
    }

    /// The recorded stream, running time from its first picture.
    init(recording: [UInt8]) {
        var reader = TransportStreamReader()
        var units: [ElementaryUnit] = []
        let take = { (event: TransportEvent) in if case .unit(let unit) = event { units.append(unit) } }
        reader.read(recording, take)
        reader.finish(take)
        let first = units.compactMap { $0.kind.isVideo ? $0.ptsMicroseconds : nil }.min() ?? 0
        for unit in units {
            let seconds = unit.ptsMicroseconds.map { Double($0 - first) / 1e6 }
            if unit.kind.isVideo, let seconds {
                frame(seconds, width: 640, height: 480)
            } else if unit.kind.isKLV {
                packet(unit.bytes, seconds, pid: unit.pid)
            }
        }
    }

    init() {}

    func aligned(_ options: AlignmentOptions = AlignmentOptions()) -> (
        frames: [FrameMetadata], counters: [String: Int64]
    ) {
        var aligner = FrameAligner(options: options)
        var aligned: [FrameMetadata] = []
        for event in events {
            switch event {
            case .frame(let frame): aligned += aligner.add(frame)
            case .packet(let packet): aligned += aligner.add(packet)
            }
        }
        aligned += aligner.flush()
        return (aligned, aligner.counters)
    }
}

/// Items of a level aircraft heading north at 28.9 N 118.5 E.
func level(_ changes: [Int: Double] = [:]) -> [Int: Double] {
    let items: [Int: Double] = [
        5: 0, 6: 0, 7: 0, 13: 28.9, 14: 118.5, 15: 300, 16: 60, 17: 40, 18: 0, 19: -90, 20: 0, 75: 320,
    ]
    return items.merging(changes) { $1 }
}
