import Curl
import Foundation
import Inspection
import Synchronization
import Testing

@testable import Delivery

/// The disk's alarm and its end, as alert channels get them.
struct GatewayAlertsTests {
    private static let gateway = Name("shed")!

    /// Answers as it is told to, and keeps what it was told.
    private final class Channel: GatewayAlertChannel {
        let destination: Name
        private struct State {
            var answers: [DeliveryAnswer]
            var told: [GatewayAlert] = []
        }
        private let state: Mutex<State>

        init(_ name: String, _ answers: [DeliveryAnswer] = []) {
            destination = Name(name)!
            state = Mutex(State(answers: answers))
        }

        var told: [GatewayAlert] { state.withLock { $0.told } }

        func tell(_ alert: GatewayAlert) async -> DeliveryAnswer {
            state.withLock { state in
                state.told.append(alert)
                return state.answers.isEmpty ? .delivered(nil) : state.answers.removeFirst()
            }
        }
    }

    private let clock = TestClock(at: 1_787_195_045)
    private let kept = Kept()

    private final class Kept: Sendable {
        private let held = Mutex<String?>(nil)
        var text: String? {
            get { held.withLock { $0 } }
            set { held.withLock { $0 = newValue } }
        }
    }

    private func alerts(_ channels: [Channel]) -> GatewayAlerts {
        var options = GatewayAlerts.Options()
        options.initialBackoff = .milliseconds(1)
        options.maximumBackoff = .milliseconds(2)
        return GatewayAlerts(
            gateway: Self.gateway, channels: channels, clock: clock, options: options, kept: kept.text
        ) { [kept] text in kept.text = text }
    }

    /// Lets it run until every channel was told `count` times, for a moment at most.
    private func run(_ alerts: GatewayAlerts, _ channels: [Channel], until count: Int) async {
        let running = Task { await alerts.run() }
        for _ in 0..<2000 where channels.contains(where: { $0.told.count < count }) {
            try? await Task.sleep(for: .milliseconds(1))
        }
        try? await Task.sleep(for: .milliseconds(20))
        running.cancel()
        await running.value
    }

    @Test func `the alarm and its end are told once each, in their order`() async {
        let channels = [Channel("desk"), Channel("bus")]
        let alerts = alerts(channels)
        await alerts.observe(isRefusing: false, free: 1 << 40)
        await alerts.observe(isRefusing: true, free: 7)
        await alerts.observe(isRefusing: true, free: 6)
        clock.advance(seconds: 60)
        await alerts.observe(isRefusing: false, free: 1 << 30)
        await run(alerts, channels, until: 2)
        for channel in channels {
            #expect(channel.told.map(\.kind) == [.diskAlarm, .diskAlarmOver])
            #expect(channel.told.map(\.free) == [7, 1 << 30])
            #expect(Set(channel.told.map(\.id)).count == 2)
        }
        #expect(await alerts.counters.told == 4)
    }

    @Test func `what is not taken is told again under its id, and holds up nobody else`() async {
        let slow = Channel(
            "slow", [.unavailable(reason: "x", retryAfter: nil), .misconfigured(reason: "y"), .unusable(reason: "z")])
        let refusing = Channel("never", [.refused(reason: "HTTP 410")])
        let alerts = alerts([slow, refusing])
        await alerts.observe(isRefusing: true, free: nil)
        await run(alerts, [slow], until: 4)
        #expect(slow.told.count == 4 && Set(slow.told).count == 1)
        #expect(refusing.told.count == 1)
        let counters = await alerts.counters
        #expect(counters.told == 1 && counters.failed == 3 && counters.dropped == 1)
        #expect(await alerts.lastFailures.isEmpty)
    }

    @Test func `a restart tells what waits, under its id, and nothing twice`() async throws {
        let desk = Channel("desk")
        let dead = Channel("dead", Array(repeating: .unavailable(reason: "x", retryAfter: nil), count: 10_000))
        let first = alerts([desk, dead])
        await first.observe(isRefusing: true, free: 7)
        await run(first, [desk, dead], until: 1)
        let id = try #require(dead.told.first?.id)
        let again = Channel("dead")
        let second = alerts([desk, again])
        await second.observe(isRefusing: true, free: 5)
        await run(second, [again], until: 1)
        #expect(again.told.map(\.id) == [id] && again.told.first?.free == 7)
        #expect(desk.told.count == 1)
        // Over while nothing ran.
        let third = alerts([desk, again])
        await third.observe(isRefusing: false, free: nil)
        await run(third, [desk, again], until: 2)
        #expect(desk.told.map(\.kind) == [.diskAlarm, .diskAlarmOver])
    }

    @Test(arguments: [
        "", "\n\n", "raised", "x\ndesk gateway.disk_alarm x y\n", String(repeating: "raised\n", count: 99_999),
    ])
    func `whatever is kept is read`(_ text: String) async {
        kept.text = text
        let desk = Channel("desk")
        let alerts = alerts([desk])
        await alerts.observe(isRefusing: !text.hasPrefix("raised"), free: nil)
        await run(alerts, [desk], until: 1)
        #expect(desk.told.count == 1)
    }

    @Test func `of alerts that wait the oldest go`() async {
        let dead = Channel("dead", Array(repeating: .unavailable(reason: "x", retryAfter: nil), count: 10_000))
        let alerts = alerts([dead])
        for number in 0..<40 {
            clock.advance(seconds: 1)
            await alerts.observe(isRefusing: number % 2 == 0, free: nil)
        }
        #expect(await alerts.counters.dropped == 24)
        #expect(kept.text?.split(separator: "\n").count == 17)
    }

    @Test func `a webhook and an event bus get it in their own form`() async throws {
        let transport = ScriptedTransport { _, _ in HTTPResponse(status: 204) }
        let secret = try WebhookSecret("whsec_" + Data(repeating: 7, count: 32).base64EncodedString())
        let webhook = try WebhookAdapter(
            destination: platform, options: .init(url: "https://phones.example/hook", secrets: [secret]),
            transport: transport, clock: clock)
        let bus = try CloudEventsAdapter(
            destination: platform, options: .init(url: "https://bus.example"), transport: transport, clock: clock)
        let alert = GatewayAlert(kind: .diskAlarm, gateway: Self.gateway, at: clock.utc, free: 7)
        #expect(await webhook.tell(alert) == .delivered(nil))
        #expect(await bus.tell(alert) == .delivered(nil))
        var bodies: [JSONValue] = []
        for request in transport.requests {
            guard case .bytes(let body) = request.body else { continue }
            bodies.append(try #require(JSONValue(body)))
        }
        #expect(bodies.count == 2)
        #expect(bodies[0]["type"]?.string == "gateway.disk_alarm")
        #expect(bodies[1]["type"]?.string == "org.flyonce.gateway.disk_alarm")
        #expect(bodies[1]["source"]?.string == "urn:flyonce:gateway:shed")
        for body in bodies {
            #expect(body["data"]?["gateway"]?.string == "shed")
            #expect(body["data"]?["title"]?["zh"]?.string?.isEmpty == false)
        }
        let id = transport.requests.first?.fields.first { $0.name == "webhook-id" }?.value
        #expect(id == alert.id && bodies[1]["id"]?.string == alert.id)
        #expect(!alert.id.contains("."))
    }
}
