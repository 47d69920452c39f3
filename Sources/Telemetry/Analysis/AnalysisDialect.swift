/// How an analyser writes down what it sees.
public enum AnalysisDialect: String, Sendable, Hashable, CaseIterable {
    /// The gateway's own newline-delimited JSON: docs/analyser.md.
    case flyonce
    /// DL Streamer's `gvametaconvert`, as `gvametapublish` sends it.
    case gvametaconvert
    /// DeepStream's `nvmsgconv`: the full schema, an object a message, and the minimal one, a frame a message.
    case nvmsgconv
    /// Frigate's `events`.
    case frigate
    /// Told by the members of each message.
    case auto

    /// Of a message with these members at its top; nil when they are of none.
    init?(members: Set<String>) {
        if members.contains("@timestamp") {
            self = .nvmsgconv
        } else if members.contains("before") || members.contains("after") {
            self = .frigate
        } else if !members.isDisjoint(with: ["hello", "pts_us", "utc", "frame"]) {
            self = .flyonce
        } else if !members.isDisjoint(with: ["resolution", "timestamp", "system_timestamp"]) {
            self = .gvametaconvert
        } else {
            return nil
        }
    }

    /// Of a file that begins with these bytes (4096, or all of them): told by the members of its first message, as far as
    /// they hold it. Nil when it is of none.
    public init?(head: [UInt8]) {
        var members: Set<String> = []
        var depth = 0
        var text: [UInt8]?
        var last: [UInt8]?
        var isEscaped = false
        scan: for byte in head {
            if let open = text {
                if isEscaped {
                    isEscaped = false
                } else if byte == 92 {
                    isEscaped = true
                } else if byte == 34 {
                    last = open
                    text = nil
                    continue
                }
                if open.count < 64 { text?.append(byte) }
                continue
            }
            switch byte {
            case 34: text = []
            case 58: if depth == 1, let last { members.insert(String(decoding: last, as: UTF8.self)) }
            case 123: depth += 1
            // The brackets of an array of messages do not count.
            case 91: if depth > 0 { depth += 1 }
            case 125, 93:
                if depth == 1 { break scan }
                depth = max(depth - 1, 0)
            case 9, 10, 13, 32, 0xEF, 0xBB, 0xBF: continue
            default: if depth == 0, byte != 44 { return nil }
            }
        }
        self.init(members: members)
    }

    /// What is said of messages of DJI's Cloud API, which tell where an aircraft is and not what is seen.
    static let ofCloud = AnalysisFault(
        "a message of DJI's Cloud API, which says where an aircraft is: it belongs to `telemetry` of the source "
            + "(docs/metadata/dji-cloud.md)", .otherDialect)

    /// True for the members at the top of a message of DJI's Cloud API.
    static func isCloud(_ members: Set<String>) -> Bool {
        members.contains("data") && members.isDisjoint(with: ["objects", "resolution"])
            && !members.isDisjoint(with: ["tid", "bid", "method", "gateway", "timestamp"])
    }

    /// The members at the top of one message.
    static func members(of line: ArraySlice<UInt8>) throws(AnalysisFault) -> Set<String> {
        var json = AnalysisJSON(line)
        var members: Set<String> = []
        try json.object { (name, json) throws(AnalysisFault) in
            if members.count < 64 { members.insert(name.text) }
            try json.skip()
        }
        try json.end()
        return members
    }
}
