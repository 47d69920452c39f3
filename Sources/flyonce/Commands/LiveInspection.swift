import Foundation
import Ingest
import Inspection
import Settings
import Synchronization
import Telemetry
import UnixSignals

/// The metadata of a live address, until somebody interrupts it.
final class LiveInspection: Sendable {
    /// Beside those of sources.
    static let schemes = ["mavlink+udp", "mavlink+udpin", "mavlink+tcp", "mqtt", "mqtts"]

    private let inspector: Mutex<PacketInspector>
    private let output: InspectOutput
    private let failure = Mutex<SourceError?>(nil)
    /// Video or metadata came, whatever was in it.
    private let hasHeard = Mutex(false)
    private let carrier = Mutex<(any VideoSource)?>(nil)
    private let interruption = Mutex<SourceError?>(nil)

    init(_ inspector: PacketInspector, _ output: InspectOutput) {
        self.inspector = Mutex(inspector)
        self.output = output
    }

    var counters: [String: Int64] {
        let ofCarrier = InspectCommand.ofCarrier(carrier.withLock { $0?.counters } ?? [:])
        return inspector.withLock { $0.counters }.merging(ofCarrier, uniquingKeysWith: +)
    }

    var isSilent: Bool { hasHeard.withLock { !$0 } }

    /// Ends by SIGINT, SIGTERM, after `seconds`, or when the address has no more. Throws when it can never be read. Returns
    /// what is wrong at the end, nil when nothing is known to be.
    func run(_ address: String, caFile: String?, seconds: Double?) async throws -> SourceError? {
        let opened: Reader
        do {
            opened = try reader(of: address, caFile: caFile)
        } catch let error as SourceError where error.kind == .notFound {
            // Of the address itself: trying again would never help.
            throw Failure(.usage, error.hint.isEmpty ? error.description : "\(error.description) (\(error.hint))")
        }
        let (run, stop, trouble) = opened
        let last = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in await blocking(run) }
            group.addTask { for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { break } }
            if let seconds { group.addTask { try await Task.sleep(for: .seconds(seconds)) } }
            group.addTask {
                var said: String?
                while true {
                    try await Task.sleep(for: .seconds(0.5))
                    let now = trouble()
                    if let now, now.description != said {
                        say(now.description + (now.hint.isEmpty ? "" : ": " + now.hint))
                    }
                    if now == nil, said != nil { say("it is well again") }
                    said = now?.description
                }
            }
            _ = try await group.next()
            let last = trouble() ?? interruption.withLock { $0 }
            stop()
            group.cancelAll()
            while let ended = await group.nextResult() { _ = ended }
            return last
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return last
    }

    /// On a thread of its own.
    private func blocking(_ run: @escaping @Sendable () throws(SourceError) -> Void) async {
        await withCheckedContinuation { done in
            let thread = Thread { [self] in
                do throws(SourceError) { try run() } catch { failure.withLock { $0 = error } }
                done.resume()
            }
            thread.name = "inspect"
            thread.stackSize = 4 << 20
            thread.start()
        }
    }

    private func take(_ packet: MetadataPacket) {
        hasHeard.withLock { $0 = true }
        inspector.withLock { $0.read(packet, emit: output.write) }
    }

    /// Said once, however often it is tried again.
    private func note(_ error: SourceError) {
        let isNew = interruption.withLock { last in
            defer { last = error }
            return last?.description != error.description
        }
        if isNew { say("interrupted: \(error.description)" + (error.hint.isEmpty ? "" : ": " + error.hint)) }
    }

    private typealias Reader = (
        run: @Sendable () throws(SourceError) -> Void, stop: @Sendable () -> Void,
        trouble: @Sendable () -> SourceError?
    )

    private func reader(of address: String, caFile: String?) throws -> Reader {
        let scheme = address.prefix { $0 != ":" }.lowercased()
        if Self.schemes.contains(scheme) {
            var settings = FeedSettings(url: address)
            settings.authorityFile = caFile
            let feed = try JourneyModels.feed(settings, brokers: MQTTBrokers(), clock: SystemClock())
            return (
                { [self] () throws(SourceError) in try feed.run { [self] in take($0) } }, { feed.stop() },
                { feed.trouble }
            )
        }
        guard let name = Name("inspect") else { throw Failure(.failed, "no name") }
        var options = SourceOptions()
        options.certificateAuthority = caFile
        let source = try makeSource(name: name, location: address, options: options, clock: SystemClock())
        carrier.withLock { $0 = source }
        let run = { @Sendable [self] () throws(SourceError) in
            try source.run { event in
                switch event {
                case .packet(let packet): take(packet)
                case .frame: hasHeard.withLock { $0 = true }
                case .interrupted(let error): note(error)
                default: break
                }
            }
        }
        return (run, { source.stop() }, { nil })
    }
}
