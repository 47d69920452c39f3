import Dispatch
import Inspection
import Synchronization

/// Still pictures, one frame each, in flights.
final class StillSource: VideoSource {
    private struct State {
        var flight: StillFlight?
        var isSkipping = false
    }

    private enum Input: Sendable {
        case paths([String])
        case flight(StillFlight)
    }

    private let name: Name
    private let input: Input
    /// Of a row of pictures: the folder they are of.
    private let folder: String?
    private let options: SourceOptions
    private let clock: any Clock
    private let facts: FileFacts
    private let looker: (any PictureLooker)?
    private let counts = Counters()
    private let signal = StopSignal()
    private let state = Mutex(State())
    private let turns: CaptureTurns

    /// Pictures in this order; what cannot be read is passed over and counted.
    init(
        name: Name, paths: [String], options: SourceOptions, clock: any Clock, facts: FileFacts,
        looker: (any PictureLooker)? = nil
    ) {
        self.looker = looker
        self.name = name
        input = .paths(paths)
        folder = nil
        self.options = options
        turns = Self.turns(name, options)
        self.clock = clock
        self.facts = facts
    }

    /// One flight, from a folder.
    init(
        name: Name, flight: StillFlight, folder: String, options: SourceOptions, clock: any Clock, facts: FileFacts,
        looker: (any PictureLooker)? = nil
    ) {
        self.looker = looker
        self.name = name
        input = .flight(flight)
        self.folder = folder
        self.options = options
        turns = Self.turns(name, options)
        self.clock = clock
        self.facts = facts
    }

    var counters: [String: Int64] { counts.all }

    func stop() { signal.set() }

    func skip() { state.withLock { $0.isSkipping = true } }

    func run(_ deliver: (SourceEvent) -> Void) throws(SourceError) {
        let flights = try opened(deliver)
        for (index, flight) in flights.enumerated() where !signal.isSet {
            state.withLock { $0 = State(flight: flight) }
            read(flight, deliver)
            if index + 1 < flights.count, !signal.isSet { deliver(.fileEnded(nil)) }
        }
        deliver(.ended)
    }

    private func opened(_ deliver: (SourceEvent) -> Void) throws(SourceError) -> [StillFlight] {
        guard case .paths(let paths) = input else {
            if case .flight(let flight) = input { return [flight] }
            return []
        }
        var files: [StillFile] = []
        var errors: [SourceError] = []
        for path in paths where !signal.isSet {
            do throws(SourceError) {
                files.append(try StillFile(path: path, facts: facts))
            } catch {
                errors.append(error)
                counts.add("unreadable_stills_dropped")
            }
        }
        if files.isEmpty, let first = errors.first { throw first }
        for error in errors { deliver(.fileEnded(error)) }
        return StillFlight.flights(of: files, gap: options.flightGapSeconds)
    }

    private func read(_ flight: StillFlight, _ deliver: (SourceEvent) -> Void) {
        var pacer = Pacer(clock: clock, signal: options.isPaced ? signal : nil)
        var size = (0, 0)
        for (index, picture) in flight.pictures.enumerated() {
            let file = picture.file
            if size != (file.width, file.height) {
                size = (file.width, file.height)
                var form = StreamDescription(
                    codec: "jpeg", width: file.width, height: file.height, content: flight.content)
                form.parts = flight.pictures.map(\.file.identity)
                form.path = folder ?? file.path
                // Of one picture. What lies beside the pictures of a row is named by whoever wants it.
                if folder == nil, flight.pictures.count == 1, options.telemetryFiles.isEmpty {
                    form.sidecars = RecordedFile.sidecars(of: file.path).filter { !$0.lowercased().hasSuffix(".srt") }
                }
                form.decoder = isDecoding ? StillDecoder.element : nil
                deliver(.began(form))
            }
            if signal.isSet || state.withLock({ $0.isSkipping }) { return }
            pacer.wait(until: picture.time)
            var frame = Frame(
                index: index, time: picture.time, ptsMicroseconds: nil, width: file.width, height: file.height,
                isKey: true, arrival: clock.utc)
            frame.orientation = file.orientation
            let stated = file.time.flatMap { $0.isUTC ? $0.instant : nil }
            frame.carrierTime = (stated ?? file.modified).map { CarrierTime(utc: $0, provenance: .file) }
            if isDecoding { look(at: file, &frame) }
            counts.add("frames")
            counts.add("bytes", Int64(file.bytes))
            deliver(.frame(frame))
            do throws(SourceError) {
                let packet = MetadataPacket(
                    dialect: .jpeg, bytes: try file.header(), time: picture.time, ptsMicroseconds: nil, pid: nil,
                    arrival: frame.arrival)
                counts.add("packets")
                deliver(.packet(packet))
            } catch {
                counts.add("unreadable_stills_dropped")
            }
        }
    }

    /// Every picture is decoded, whatever the rate of a policy: each is a view that somebody chose.
    private var isDecoding: Bool { options.decode != .onDemand && (options.measuresPictures || looker != nil) }

    private func look(at file: StillFile, _ frame: inout Frame) {
        guard let picture = StillDecoder.decoded(file, at: frame.time) else { return counts.add("decode_errors") }
        counts.add("decoded_frames")
        if options.measuresPictures { frame.picture = StillDecoder.features(of: picture) }
        looker?.look(at: picture)
    }

    private static func turns(_ name: Name, _ options: SourceOptions) -> CaptureTurns {
        CaptureTurns(
            source: name.text, options: options, queue: DispatchQueue(label: "flyonce.stills", qos: .utility))
    }

    func picture(at time: RunningTime, stamp: PictureStamp?) async throws(SourceError) -> Capture {
        let pictures = state.withLock { $0.flight?.pictures ?? [] }
        let nearest = pictures.min { abs($0.time.seconds(since: time)) < abs($1.time.seconds(since: time)) }
        guard let nearest, abs(nearest.time.seconds(since: time)) <= 0.5 else {
            throw SourceError(kind: .notHeld, description: "\(name) has no picture at \(time.seconds) s")
        }
        return try await turns.serve { () throws(SourceError) in try Self.capture(nearest) }
    }

    private static func capture(_ picture: StillFlight.Picture) throws(SourceError) -> Capture {
        let bytes = try picture.file.content()
        var capture = Capture(bytes: bytes, mediaType: "image/jpeg", time: picture.time, seconds: 0)
        capture.thumbnail = StillThumbnail.jpeg(
            of: bytes, width: picture.file.width, height: picture.file.height, orientation: picture.file.orientation)
        return capture
    }

    func clip(from start: RunningTime, to end: RunningTime) async throws(SourceError) -> Capture {
        throw SourceError(
            kind: .notHeld, description: "\(name) is a row of still pictures, of which there are no clips")
    }
}
