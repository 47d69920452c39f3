public import Inspection

/// Reads what aircraft, docks and remote controls say over DJI's Cloud API. Any bytes in; poses, or a counted reason, out.
public struct DJICloudDecoder: Sendable {
    /// Aircraft and gateways remembered; the one unheard for longest gives way.
    static let deviceLimit = 64
    public static let messageLimit = 1 << 20
    /// Farther back than this, seconds, is no disorder of the network: the sender's clock was set.
    static let disorder = 60.0
    /// The same of a sequence number: the sender counts anew.
    static let sequenceDisorder = 50.0

    private enum Channel: String { case osd, state, drc }

    private let options: DJICloudOptions
    private var aircraft: [String: DJICloudAircraft] = [:]
    /// Gateway to aircraft, as the aircraft's own messages say.
    private var aircraftBehind: [String: String] = [:]
    /// Newest time by device and channel.
    private var newest: [String: UTCTime] = [:]
    /// Newest sequence number by device, of messages that have no time.
    private var sequences: [String: Double] = [:]
    /// Of a recording: its time.
    private var recorded: UTCTime?

    public init(options: DJICloudOptions = DJICloudOptions()) { self.options = options }

    /// Of messages that say where an aircraft is. `tally` adds to a counter by name.
    public mutating func read(
        _ bytes: [UInt8], topic: String?, arrival: UTCTime, tally: (String) -> Void
    ) -> [MetadataReading] {
        guard let pose = pose(bytes[...], topic: topic, arrival: arrival, tally: tally), pose.statesPosition else {
            return []
        }
        var reading = MetadataReading(utc: pose.sample.utc, sample: pose.sample)
        // Of one wanted aircraft the name stays, also when its serial number is learnt on the way.
        reading.stream = options.device ?? options.gateway ?? pose.device
        return [reading]
    }

    /// What is known of an aircraft after this message; nil for a message without anything of a pose.
    public mutating func pose(
        _ bytes: ArraySlice<UInt8>, topic: String?, arrival: UTCTime, tally: (String) -> Void
    ) -> DJICloudPose? {
        tally("dji_messages")
        guard bytes.count <= Self.messageLimit else {
            tally("messages_too_long")
            return nil
        }
        guard let message = try? DJICloudMessage(bytes) else {
            tally("damaged_messages")
            return nil
        }
        guard let (serial, channel) = address(topic, message) else {
            tally("messages_of_other_kinds")
            return nil
        }
        guard let device = device(serial, channel, message, tally) else { return nil }
        let utc = Self.utc(message)
        if utc == nil { tally(message.timestamp == nil ? "messages_without_time" : "implausible_times") }
        guard utc == nil ? isInSequence(message, device, tally) : isInOrder(utc, device, channel, tally) else {
            return nil
        }
        recorded = utc ?? recorded
        let now = options.isRecorded ? recorded ?? arrival : arrival
        var state = aircraft[device] ?? DJICloudAircraft()
        defer {
            aircraft[device] = state
            forget()
        }
        return state.pose(message, device: device, utc: utc, arrival: now, options: options, tally: tally)
    }

    /// One line of a recording, as `mosquitto_sub -v` prints it: the topic, a space, the message; or the message alone. Nil
    /// for what is no message of this dialect.
    public static func split(line: ArraySlice<UInt8>) -> (topic: String?, message: ArraySlice<UInt8>)? {
        guard let brace = line.prefix(1024).firstIndex(of: 123) else { return nil }
        let message = line[brace...]
        let head = String(decoding: line[..<brace], as: UTF8.self).filter { !$0.isWhitespace && $0 != "\u{FEFF}" }
        let topic = head.isEmpty ? nil : head
        guard message.count <= messageLimit, let read = try? DJICloudMessage(message), read.hasData else { return nil }
        if let topic { return topic.contains("thing/product/") ? (topic, message) : nil }
        guard read.timestamp != nil || read.gateway != nil || read.method != nil else { return nil }
        return read.values.isEmpty && read.payloads.isEmpty ? nil : (nil, message)
    }

    // MARK: Who speaks

    /// Serial number of the topic and what it carries. Without a topic (a recording of messages) the message must tell.
    private func address(_ topic: String?, _ message: DJICloudMessage) -> (String, Channel)? {
        guard message.hasData else { return nil }
        if let topic {
            let levels = topic.split(separator: "/", omittingEmptySubsequences: false).suffix(5)
            // Brokers may put a prefix of their own before it.
            guard let start = levels.firstIndex(of: "thing"), levels.endIndex - start >= 4,
                levels[start + 1] == "product", !levels[start + 2].isEmpty,
                levels[start + 2].utf8.count <= DJICloudMessage.nameLimit
            else { return nil }
            let serial = String(levels[start + 2])
            switch levels[(start + 3)...].joined(separator: "/") {
            case "osd": return (message.device ?? serial, .osd)
            case "state": return (message.device ?? serial, .state)
            case "drc/up": return (serial, .drc)
            default: return nil
            }
        }
        if message.method != nil { return (message.gateway ?? options.gateway ?? "", .drc) }
        return (message.device ?? options.device ?? "", .osd)
    }

    /// The aircraft that a message is about; nil when it is about a dock or a remote control, or an aircraft that is not
    /// wanted.
    private mutating func device(
        _ serial: String, _ channel: Channel, _ message: DJICloudMessage, _ tally: (String) -> Void
    ) -> String? {
        if channel == .drc {
            let pushes: Set<String> = ["osd_info_push", "drc_camera_osd_info_push"]
            guard let method = message.method, pushes.contains(method) else {
                tally("messages_of_other_kinds")
                return nil
            }
            if let wanted = options.gateway, !serial.isEmpty, serial != wanted {
                tally("messages_of_others")
                return nil
            }
            let known = aircraftBehind[serial]
            if let wanted = options.device {
                guard known == wanted || serial == options.gateway || serial.isEmpty else {
                    tally("messages_of_others")
                    return nil
                }
                return wanted
            }
            return known ?? serial
        }
        if let wanted = options.device, serial != wanted {
            tally(serial == options.gateway ? "messages_of_gateways" : "messages_of_others")
            return nil
        }
        if options.device == nil {
            let isGateway = message.gateway == serial && !serial.isEmpty
            // Without a serial number only what the message itself holds tells.
            let isKnown = aircraft[serial] != nil || (message.gateway != nil && !isGateway)
            let flies =
                (isKnown && !serial.isEmpty)
                || [DJICloudField.attitudeHead, .attitudePitch, .elevation].contains { message.values[$0] != nil }
                || message.payloads.values.contains { $0[.gimbalPitch] != nil }
            if let wanted = options.gateway, let gateway = message.gateway, gateway != wanted {
                tally("messages_of_others")
                return nil
            }
            guard flies, !isGateway, aircraftBehind[serial] == nil else {
                tally("messages_of_gateways")
                return nil
            }
        }
        if let gateway = message.gateway, gateway != serial, !serial.isEmpty { learn(gateway, serial) }
        return serial
    }

    /// A dock may fly another aircraft another day.
    private mutating func learn(_ gateway: String, _ serial: String) {
        guard aircraftBehind[gateway] != serial else { return }
        if aircraftBehind[gateway] == nil, aircraftBehind.count >= Self.deviceLimit { aircraftBehind = [:] }
        aircraftBehind[gateway] = serial
        // What came through the gateway before its aircraft was known.
        aircraft[gateway] = nil
    }

    private mutating func forget() {
        while aircraft.count > Self.deviceLimit,
            let oldest = aircraft.min(by: { ($0.value.heard, $0.key) < ($1.value.heard, $1.key) })
        {
            aircraft[oldest.key] = nil
        }
        if newest.count > Self.deviceLimit * 4 { newest = [:] }
        if sequences.count > Self.deviceLimit * 4 { sequences = [:] }
    }

    // MARK: When

    /// In the range of years that a flight can be of: 1990 to 2100.
    private static func utc(_ message: DJICloudMessage) -> UTCTime? {
        guard let milliseconds = message.timestamp, milliseconds >= 631_152_000_000, milliseconds < 4_102_444_800_000,
            let microseconds = Int64(exactly: (milliseconds * 1000).rounded())
        else { return nil }
        return UTCTime(microseconds: microseconds)
    }

    private mutating func isInOrder(
        _ utc: UTCTime?, _ device: String, _ channel: Channel, _ tally: (String) -> Void
    ) -> Bool {
        guard let utc else { return true }
        let key = channel.rawValue + "/" + device
        if let last = newest[key], utc < last {
            guard Double(last.microseconds(since: utc)) / 1e6 > Self.disorder else {
                tally("messages_out_of_order")
                return false
            }
            tally("clock_steps")
        }
        newest[key] = utc
        return true
    }

    private mutating func isInSequence(
        _ message: DJICloudMessage, _ device: String, _ tally: (String) -> Void
    ) -> Bool {
        guard let sequence = message.sequence else { return true }
        if let last = sequences[device], sequence < last, last - sequence <= Self.sequenceDisorder {
            tally("messages_out_of_order")
            return false
        }
        sequences[device] = sequence
        return true
    }
}
