public import Inspection

/// One thing that a verification found altered or missing, named as exactly as it can be.
public struct ChainFault: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A line cannot be read.
        case line
        /// A line does not follow from the one before it.
        case link
        /// A line's or a list's signature does not fit its bytes.
        case signature
        /// Signed by a key that nothing vouches for, or that is not the pinned one.
        case key
        /// Lines, or a whole segment of them, are not there.
        case missingLines = "missing_lines"
        /// `chain/head` is missing or altered.
        case head
        case missingFile = "missing_file"
        case alteredFile = "altered_file"
        case missingRow = "missing_row"
        case alteredRow = "altered_row"
        /// A revision that no line of the chain says anything of.
        case unsealed
        /// A line is not the one that a witness saw.
        case witness
        case timeStamp = "time_stamp"
        /// The list of an export does not fit what is there.
        case export
    }

    public var kind: Kind
    /// Number of the line.
    public var line: Int64?
    public var finding: FindingID?
    /// Path inside what was verified.
    public var file: String?
    public var sha256: String?
    public var text: String

    public init(
        _ kind: Kind, line: Int64? = nil, finding: FindingID? = nil, file: String? = nil, sha256: String? = nil,
        _ text: String
    ) {
        self.kind = kind
        self.line = line
        self.finding = finding
        self.file = file.map(Self.printable)
        self.sha256 = sha256
        self.text = Self.printable(text)
    }

    /// What an altered file says is shown on a terminal: nothing of it may move the cursor or turn the writing around.
    static func printable(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                shown.append("\u{FFFD}")
            default: shown.append(scalar)
            }
        }
        return String(shown)
    }

    /// The members of one JSON object.
    public func write(to json: inout JSONText) {
        json.member("fault", kind.rawValue)
        if let line { json.member("line", line) }
        if let finding { json.member("finding", finding.description) }
        if let file { json.member("file", file) }
        if let sha256 { json.member("sha256", sha256) }
        json.member("text", text)
    }
}

/// What a verification saw.
public struct VerificationSummary: Sendable, Hashable {
    public var lines: Int64 = 0
    public var findings: Int64 = 0
    public var files: Int64 = 0
    public var bytes: Int64 = 0
    /// Files that a line of the chain says were taken away.
    public var removed: Int64 = 0
    public var rows: Int64 = 0
    public var faults: Int64 = 0
    /// Fingerprints of the keys that signed, in their order.
    public var keys: [String] = []
    public var isPinned = false
    /// `state directory`; `export, whole`; `export, part`.
    public var scope = "state directory"
    public var head: ChainHead?
    /// Time stamps that fit: the line, and when the authority saw it.
    public var stamps: [Stamp] = []
    /// What is worth knowing and no fault.
    public var notes: [String] = []

    public struct Stamp: Sendable, Hashable {
        public var line: Int64
        public var time: UTCTime

        public init(line: Int64, time: UTCTime) {
            self.line = line
            self.time = time
        }
    }

    public init() {}

    public var isUnaltered: Bool { faults == 0 && lines > 0 }

    /// The members of one JSON object.
    public func write(to json: inout JSONText) {
        json.member("result", isUnaltered ? "unaltered" : "altered")
        json.member("of", scope)
        for (name, value) in [
            ("lines", lines), ("findings", findings), ("files", files), ("bytes", bytes), ("removed", removed),
            ("rows", rows), ("faults", faults),
        ] { json.member(name, value) }
        json.member("keys") { json in json.array { json in for key in keys { json.value(key) } } }
        json.member("pinned", isPinned)
        if let head {
            json.member("head") { json in
                json.object { json in
                    json.member("line", head.number)
                    json.member("hash", head.hash)
                }
            }
        }
        json.member("time_stamps") { json in
            json.array { json in
                for stamp in stamps {
                    json.object { json in
                        json.member("line", stamp.line)
                        json.member("time", stamp.time.rfc3339)
                    }
                }
            }
        }
        json.member("notes") { json in json.array { json in for note in notes { json.value(note) } } }
    }
}
