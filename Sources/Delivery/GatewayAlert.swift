public import Inspection

/// News of the gateway itself, which are no finding's: told to alert channels beside the outbox.
public struct GatewayAlert: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The disk is so full that new findings are refused.
        case diskAlarm = "gateway.disk_alarm"
        /// They are taken again.
        case diskAlarmOver = "gateway.disk_alarm_over"
    }

    /// The same on every attempt, over restarts too.
    public var id: String
    public var kind: Kind
    public var gateway: Name
    public var at: UTCTime
    /// Bytes free then, where they were the reason.
    public var free: Int64?

    public init(kind: Kind, gateway: Name, at: UTCTime, free: Int64? = nil) {
        id = "\(gateway)-\(kind.rawValue.dropFirst("gateway.".count))-\(at.microseconds)"
        self.kind = kind
        self.gateway = gateway
        self.at = at
        self.free = free
    }

    /// What people read.
    public var title: BilingualText {
        switch kind {
        case .diskAlarm: BilingualText(zh: "网关磁盘已满，不再接收新发现", en: "The gateway's disk is full: new findings are refused")
        case .diskAlarmOver:
            BilingualText(zh: "网关磁盘恢复，继续接收新发现", en: "The gateway's disk has room again: new findings are taken")
        }
    }

    /// The members of the event's data.
    func write(to json: inout JSONText) {
        json.object { json in
            json.member("gateway", gateway.text)
            json.member("at", at.rfc3339)
            json.member("title") { json in
                json.object { json in
                    json.member("zh", title.zh)
                    json.member("en", title.en)
                }
            }
            if let free { json.member("free_bytes", free) }
        }
    }
}

/// A destination that takes news of the gateway.
public protocol GatewayAlertChannel: Sendable {
    var destination: Name { get }
    func tell(_ alert: GatewayAlert) async -> DeliveryAnswer
}
