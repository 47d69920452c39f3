import CMosquitto
import Glibc

/// What libmosquitto's callbacks say. They come on the thread that drives the session, and only from within its calls.
final class SessionReports {
    let messageLimit: Int
    let version: Session.Version
    private let now: () -> Int64
    /// The broker's answer: 0 is yes.
    private(set) var answer: Int32?
    var asked: [Int32: TopicFilter] = [:]
    private(set) var granted: [TopicFilter] = []
    private(set) var refused: [TopicFilter] = []
    private(set) var messages: [MQTTMessage] = []
    private(set) var oversized: Int64 = 0
    private var closed: Int32?
    /// The last line of its own that OpenSSL or libmosquitto said of a failure.
    private var complaint = ""

    init(messageLimit: Int, version: Session.Version, now: @escaping () -> Int64) {
        self.messageLimit = messageLimit
        self.version = version
        self.now = now
    }

    func takeMessages() -> [MQTTMessage] {
        defer { messages.removeAll(keepingCapacity: true) }
        return messages
    }

    func takeOversized() -> Int64 {
        defer { oversized = 0 }
        return oversized
    }

    func takeSettled() -> (granted: [TopicFilter], refused: [TopicFilter]) {
        defer {
            granted = []
            refused = []
        }
        return (granted, refused)
    }

    static func install(on handle: OpaquePointer) {
        unsafe mosquitto_connect_callback_set(handle) { _, context, code in
            unsafe SessionReports.of(context)?.answer = code
        }
        unsafe mosquitto_disconnect_callback_set(handle) { _, context, code in
            unsafe SessionReports.of(context)?.closed = code
        }
        unsafe mosquitto_message_callback_set(handle) { _, context, message in
            guard let message = unsafe message, let reports = unsafe SessionReports.of(context) else { return }
            unsafe reports.note(message)
        }
        unsafe mosquitto_subscribe_callback_set(handle) { _, context, id, count, codes in
            guard let reports = unsafe SessionReports.of(context), let filter = reports.asked.removeValue(forKey: id)
            else { return }
            // From 128 on it is a refusal.
            let code = if count > 0, let codes = unsafe codes { unsafe codes[0] } else { Int32(128) }
            if code >= 128 { reports.refused.append(filter) } else { reports.granted.append(filter) }
        }
        unsafe mosquitto_log_callback_set(handle) { _, context, level, text in
            guard level & Int32(MOSQ_LOG_ERR | MOSQ_LOG_WARNING) != 0, let text = unsafe text,
                let reports = unsafe SessionReports.of(context)
            else { return }
            reports.complaint = String(unsafe String(cString: text).prefix(300))
        }
    }

    /// The context is the reports that the session holds.
    private static func of(_ context: UnsafeMutableRawPointer?) -> SessionReports? {
        unsafe context.map { unsafe Unmanaged<SessionReports>.fromOpaque($0).takeUnretainedValue() }
    }

    private func note(_ message: UnsafePointer<mosquitto_message>) {
        let length = unsafe Int(message.pointee.payloadlen)
        guard length <= messageLimit, let topic = unsafe message.pointee.topic else {
            oversized &+= 1
            return
        }
        var payload: [UInt8] = []
        if length > 0, let bytes = unsafe message.pointee.payload {
            payload = unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: length))
        }
        messages.append(
            MQTTMessage(
                topic: unsafe String(cString: topic), payload: payload, isRetained: unsafe message.pointee.retain,
                received: now()))
    }

    // MARK: Errors

    static func text(_ code: Int32) -> String {
        unsafe words(mosquitto_strerror(code)) ?? "error \(code)"
    }

    /// Without the full stop that some of libmosquitto's sentences end with.
    private static func words(_ text: UnsafePointer<CChar>?) -> String? {
        guard let text = unsafe text else { return nil }
        let words = unsafe String(cString: text)
        return words.hasSuffix(".") ? String(words.dropLast()) : words
    }

    /// The broker said no, or said that it closes.
    func refusal(_ broker: String) -> MosquittoError? {
        if let answer, answer != 0 { return Self.refusal(answer, version, broker) }
        guard let closed, closed >= 128, version == .five else { return nil }
        let reason = unsafe Self.words(mosquitto_reason_string(closed)) ?? "reason \(closed)"
        let kind: MosquittoError.Kind = closed == 135 ? .notAuthorized : .lost
        return MosquittoError(kind: kind, broker: broker, description: "\(broker) closed the connection: \(reason)")
    }

    /// Reasons of MQTT 5 from 128 on, return codes of MQTT 3.1.1 below. Sources: MQTT 5.0 table 3-1, MQTT 3.1.1 table 3.1.
    private static func refusal(_ code: Int32, _ version: Session.Version, _ broker: String) -> MosquittoError {
        let kind: MosquittoError.Kind =
            switch code {
            case 4, 134: .badCredentials
            case 5, 135, 138: .notAuthorized
            case 1, 132: .version
            default: .refused
            }
        let reason =
            code >= 128
            ? unsafe words(mosquitto_reason_string(code))
            : unsafe words(mosquitto_connack_string(code))
        return MosquittoError(
            kind: kind, broker: broker, description: "\(broker) refused the connection: \(reason ?? "code \(code)")")
    }

    func error(_ code: Int32, system: Int32, options: MQTTOptions) -> MosquittoError {
        if let refusal = refusal(options.broker) { return refusal }
        let broker = options.broker
        func failed(_ kind: MosquittoError.Kind, _ text: String) -> MosquittoError {
            MosquittoError(kind: kind, broker: broker, description: "\(broker): \(text)")
        }
        let isTLS = code == MOSQ_ERR_TLS.rawValue || code == MOSQ_ERR_TLS_HANDSHAKE.rawValue
        if isTLS || complaint.contains("OpenSSL") || complaint.contains("certificate") {
            let detail = complaint.isEmpty ? Self.text(code) : complaint
            return failed(.tls, "no secure connection: \(detail)")
        }
        if code == MOSQ_ERR_EAI.rawValue || code == MOSQ_ERR_LOOKUP.rawValue {
            return failed(.resolve, "the host's name is not known")
        }
        if answer == nil, code == MOSQ_ERR_CONN_LOST.rawValue { return failed(.noAnswer, "closed without an answer") }
        if system != 0 {
            let reason = unsafe strerror(system).map { unsafe String(cString: $0) } ?? "error \(system)"
            return failed(answer == nil ? .connect : .lost, reason)
        }
        return failed(answer == nil ? .connect : .lost, Self.text(code))
    }
}
