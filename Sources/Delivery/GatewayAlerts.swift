public import Inspection

/// Tells each alert channel of the disk's alarm and of its end, in their order, until it has taken them: over restarts too,
/// as far as what it keeps can be written.
///
/// What one channel does not take holds up no other. Bounded: of alerts that wait for a channel the oldest go.
public actor GatewayAlerts {
    public struct Options: Sendable, Hashable {
        public var initialBackoff: Duration = .seconds(2)
        public var maximumBackoff: Duration = .seconds(900)

        public init() {}
    }

    public struct Counters: Sendable, Hashable {
        public var told: Int64 = 0
        public var failed: Int64 = 0
        /// Refused for good, or gone because too many waited.
        public var dropped: Int64 = 0

        public init() {}
    }

    /// Waiting for one channel.
    static let limit = 16

    private let gateway: Name
    private let channels: [any GatewayAlertChannel]
    private let clock: any Clock
    private let options: Options
    private let save: @Sendable (String) async -> Void
    private let signals: [WakeSignal]
    private var random: any RandomNumberGenerator & Sendable
    private var isRaised: Bool
    private var waiting: [Name: [GatewayAlert]]
    public private(set) var counters = Counters()
    /// Why the newest attempt at a channel failed; nil after one that went well.
    public private(set) var lastFailures: [Name: String] = [:]

    /// `kept` is what `save` was given last.
    public init(
        gateway: Name, channels: [any GatewayAlertChannel], clock: any Clock, options: Options = Options(),
        kept: String? = nil,
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        save: @escaping @Sendable (String) async -> Void = { _ in }
    ) {
        self.gateway = gateway
        self.channels = channels
        self.clock = clock
        self.options = options
        self.save = save
        self.random = random
        signals = channels.map { _ in WakeSignal() }
        let state = Kept(kept ?? "", gateway: gateway)
        isRaised = state.isRaised
        waiting = state.waiting.filter { name, _ in channels.contains { $0.destination == name } }
    }

    /// How the disk stands now; news are what was not said before.
    public func observe(isRefusing: Bool, free: Int64?) async {
        guard isRefusing != isRaised else { return }
        isRaised = isRefusing
        let alert = GatewayAlert(
            kind: isRefusing ? .diskAlarm : .diskAlarmOver, gateway: gateway, at: clock.utc, free: free)
        for channel in channels {
            var queue = waiting[channel.destination] ?? []
            queue.append(alert)
            if queue.count > Self.limit {
                queue.removeFirst(queue.count - Self.limit)
                counters.dropped += 1
            }
            waiting[channel.destination] = queue
        }
        await save(Kept(isRaised: isRaised, waiting: waiting).text)
        for signal in signals { signal.notify() }
    }

    /// Runs until the task is cancelled.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            for (channel, signal) in zip(channels, signals) {
                group.addTask { await self.tell(channel, signal) }
            }
        }
    }

    private func tell(_ channel: any GatewayAlertChannel, _ signal: WakeSignal) async {
        var failures = 0
        while !Task.isCancelled {
            guard let alert = waiting[channel.destination]?.first else {
                await signal.wait(atMost: .seconds(3600))
                continue
            }
            if await isDone(alert, by: channel) {
                failures = 0
            } else {
                let longest = DeliveryPolicy.doubled(options.initialBackoff, failures, upTo: options.maximumBackoff)
                failures = min(failures + 1, 62)
                let pause = DeliveryPolicy.halfToWhole(of: longest, &random)
                try? await Task.sleep(for: pause)
            }
        }
    }

    private func isDone(_ alert: GatewayAlert, by channel: any GatewayAlertChannel) async -> Bool {
        let answer = await channel.tell(alert)
        switch answer {
        case .delivered: counters.told += 1
        case .refused: counters.dropped += 1
        default:
            counters.failed += 1
            lastFailures[channel.destination] = answer.reason ?? "not taken"
            return false
        }
        lastFailures[channel.destination] = nil
        waiting[channel.destination]?.removeAll { $0.id == alert.id }
        await save(Kept(isRaised: isRaised, waiting: waiting).text)
        return true
    }

    /// The first line says whether the alarm stands; each other one what a channel was not told yet.
    private struct Kept {
        var isRaised = false
        var waiting: [Name: [GatewayAlert]] = [:]

        init(isRaised: Bool, waiting: [Name: [GatewayAlert]]) {
            self.isRaised = isRaised
            self.waiting = waiting
        }

        /// Lines that cannot be read are left out.
        init(_ text: String, gateway: Name) {
            let lines = text.prefix(65_536).split(separator: "\n")
            isRaised = lines.first == "raised"
            for line in lines.dropFirst() {
                let words = line.split(separator: " ")
                guard words.count == 4, let channel = Name(String(words[0])),
                    let kind = GatewayAlert.Kind(rawValue: String(words[1])), let at = Int64(words[2]),
                    waiting[channel, default: []].count < GatewayAlerts.limit
                else { continue }
                waiting[channel, default: []].append(
                    GatewayAlert(
                        kind: kind, gateway: gateway, at: UTCTime(microseconds: at), free: Int64(words[3])))
            }
        }

        var text: String {
            var text = isRaised ? "raised\n" : "quiet\n"
            for (channel, alerts) in waiting.sorted(by: { $0.key.text < $1.key.text }) {
                for alert in alerts {
                    let free = alert.free.map { "\($0)" } ?? "-"
                    text += "\(channel) \(alert.kind.rawValue) \(alert.at.microseconds) \(free)\n"
                }
            }
            return text
        }
    }
}
