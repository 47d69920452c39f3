/// One message of the Cloud API, read without belief: `osd` and `state` of a device, `drc/up` of a gateway.
struct DJICloudMessage: Sendable {
    typealias Values = [DJICloudField: Double]

    static let payloadLimit = 16
    /// Of a serial number or another name, bytes.
    static let nameLimit = 64

    /// Unix milliseconds.
    var timestamp: Double?
    /// Counts the messages of a gateway's `drc/up`.
    var sequence: Double?
    /// Serial number of the dock or remote control that it came through.
    var gateway: String?
    var method: String?
    /// Where the message itself names the device.
    var device: String?
    var values: Values = [:]
    /// By payload index, `type-subtype-gimbalindex`.
    var payloads: [String: Values] = [:]
    /// `payload_index` beside the values: they are that payload's.
    private var payloadIndex: String?
    /// Said of cameras in lists: less telling than a payload's own object.
    private var listed: [String: Values] = [:]
    private(set) var hasData = false

    init(_ bytes: ArraySlice<UInt8>) throws(AnalysisFault) {
        var reader = AnalysisJSON(bytes)
        var message = Self.empty
        try reader.object { (name, json) throws(AnalysisFault) in
            switch (name, try json.kind()) {
            case ("timestamp", .number), ("timestamp", .string): message.timestamp = try Self.number(&json)
            case ("seq", .number), ("seq", .string): message.sequence = try Self.number(&json)
            case ("gateway", .string): message.gateway = try Self.name(&json)
            case ("method", .string): message.method = try Self.name(&json)
            case ("data", .object): try message.readData(&json)
            default: try json.skip()
            }
        }
        try reader.end()
        message.settle()
        self = message
    }

    private init() {}
    private static var empty: DJICloudMessage { DJICloudMessage() }

    private mutating func readData(_ json: inout AnalysisJSON) throws(AnalysisFault) {
        hasData = true
        var message = self
        try json.object { (name, json) throws(AnalysisFault) in
            let kind = try json.kind()
            switch (name, kind) {
            case ("cameras", .array), ("payloads", .array): try message.readList(&json)
            case ("zoom_lense", .object), ("measure_target", .object):
                message.values.merge(try Self.values(&json).values) { $1 }
            case ("payload_index", .string): message.payloadIndex = try Self.name(&json)
            // What DJI's own platform hands on wraps the properties once more.
            case ("host", .object): try message.readData(&json)
            case ("sn", .string): message.device = try Self.name(&json)
            case (_, .object) where Self.isPayloadIndex(name.text):
                let values = try Self.values(&json).values
                if message.payloads[name.text] != nil || message.payloads.count < Self.payloadLimit {
                    message.payloads[name.text, default: [:]].merge(values) { $1 }
                }
            case (_, .number), (_, .string):
                if let field = DJICloudField(rawValue: name.text) {
                    if let number = try Self.number(&json) { message.values[field] = number }
                } else {
                    try json.skip()
                }
            default: try json.skip()
            }
        }
        self = message
    }

    /// Cameras, each with its `payload_index`.
    private mutating func readList(_ json: inout AnalysisJSON) throws(AnalysisFault) {
        var listed = listed
        try json.array { (json) throws(AnalysisFault) in
            guard try json.kind() == .object else { return try json.skip() }
            let element = try Self.values(&json)
            guard let index = element.payloadIndex, listed[index] != nil || listed.count < Self.payloadLimit else {
                return
            }
            listed[index, default: [:]].merge(element.values) { $1 }
        }
        self.listed = listed
    }

    private static func values(
        _ json: inout AnalysisJSON
    ) throws(AnalysisFault) -> (values: Values, payloadIndex: String?) {
        var values: Values = [:]
        var index: String?
        try json.object { (name, json) throws(AnalysisFault) in
            switch (name, try json.kind()) {
            case ("payload_index", .string): index = try Self.name(&json)
            case (_, .number), (_, .string):
                guard let field = DJICloudField(rawValue: name.text), field.isOfPayload else { return try json.skip() }
                if let number = try Self.number(&json) { values[field] = number }
            default: try json.skip()
            }
        }
        return (values, index)
    }

    /// Gives every value to its payload.
    private mutating func settle() {
        if let payloadIndex, Self.isPayloadIndex(payloadIndex) {
            let own = values.filter { $0.key.isOfPayload }
            for field in own.keys { values[field] = nil }
            payloads[payloadIndex, default: [:]].merge(own) { $1 }
        }
        for (index, values) in listed where Self.isPayloadIndex(index) {
            payloads[index, default: [:]].merge(values) { own, _ in own }
        }
    }

    /// `53-0-0`: three whole numbers.
    static func isPayloadIndex(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: 45, omittingEmptySubsequences: false)
        return parts.count == 3
            && parts.allSatisfy { (1...5).contains($0.count) && $0.allSatisfy { (48...57).contains($0) } }
    }

    // MARK: Single values

    /// A number, also one that was written as a text; nil for a text that is none.
    private static func number(_ json: inout AnalysisJSON) throws(AnalysisFault) -> Double? {
        if try json.kind() == .number { return try json.number() }
        return Double(decimal: try json.string())
    }

    /// Empty and overlong names are none.
    private static func name(_ json: inout AnalysisJSON) throws(AnalysisFault) -> String? {
        let text = try json.string()
        return text.isEmpty || text.utf8.count > nameLimit ? nil : text
    }
}
