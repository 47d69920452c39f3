/// What an analyser says of itself. Of its version a number is taken as text.
struct AnalysisHello {
    var name = ""
    var version = ""
    var labels: [String] = []
    /// Why it is of another form than the dialect's; nil when it is not.
    var fault: String?
    /// The first of its members that the dialect does not know.
    var unknown: String?

    /// Reads on after what is of another form, so that JSON that is none is called that.
    init(_ json: inout AnalysisJSON) throws(AnalysisFault) {
        var hello = Self()
        guard
            try json.objectIfAny({ (member, json) throws(AnalysisFault) in
                switch member {
                case "name": hello.name = try hello.text(of: "name", &json)
                case "version": hello.version = try hello.text(of: "version", &json)
                case "labels": try hello.readLabels(&json)
                default:
                    hello.unknown = hello.unknown ?? member.text
                    try json.skip()
                }
            })
        else {
            self.init()
            fault = "hello is no object"
            return
        }
        self = hello
    }

    private init() {}

    private mutating func text(of member: String, _ json: inout AnalysisJSON) throws(AnalysisFault) -> String {
        guard let text = try json.textIfAny() else {
            fault = fault ?? "\(member) of the hello is no text"
            return ""
        }
        return String(text.prefix(100))
    }

    private mutating func readLabels(_ json: inout AnalysisJSON) throws(AnalysisFault) {
        var labels: [String] = []
        var isBad = false
        let isArray = try json.arrayIfAny { (json) throws(AnalysisFault) in
            guard try json.kind() == .string else {
                isBad = true
                return try json.skip()
            }
            let label = try json.string()
            if labels.count < AnalysisLine.labelLimit, label.utf8.count <= AnalysisLine.textLimit {
                labels.append(label)
            }
        }
        if !isArray || isBad { fault = fault ?? "labels of the hello is no array of texts" }
        self.labels = labels
    }

    /// What is odd of a line with a hello that could be read, for people; nil when nothing is. `needsLabels`: nobody else says
    /// what the analyser can see.
    static func remark(on line: ArraySlice<UInt8>, needsLabels: Bool) -> String? {
        var reader = AnalysisJSON(line)
        var hello: AnalysisHello?
        try? reader.object { (name, json) throws(AnalysisFault) in
            if name == "hello" { hello = try AnalysisHello(&json) } else { try json.skip() }
        }
        guard let hello else { return nil }
        if let unknown = hello.unknown {
            return "a hello has the member \(unknown.prefix(100)), which is none (they are name, version, labels)"
        }
        guard needsLabels, hello.labels.isEmpty else { return nil }
        return "a hello says no labels: what the analyser can see is not known to rules about what is absent"
    }
}
