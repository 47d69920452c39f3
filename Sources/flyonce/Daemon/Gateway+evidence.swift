import API
import Evidence
import Inspection
import Logging
import Store

extension Gateway {
    /// Findings that list one file, asked at most.
    private static let owners = 4

    /// What a finding says of the file with this hash; nil when none lists it.
    static func listed(_ sha256: String, in database: FindingDatabase) async -> ListedEvidence? {
        for id in ((try? await database.findings(withEvidence: sha256)) ?? []).prefix(owners) {
            let record = try? await database.finding(id)
            if let item = record?.evidence.first(where: { $0.sha256 == sha256 }) {
                return ListedEvidence(item: item, finding: id)
            }
        }
        return nil
    }
}

extension EvidenceTrouble {
    init(_ fault: EvidenceFault) {
        self =
            switch fault.kind {
            case .damaged: .damaged
            case .unreadable: .unreadable
            }
    }
}

extension Logger {
    /// Names a file of evidence that is not handed out, and what can be done.
    func tell(_ fault: EvidenceFault, of listed: ListedEvidence?) {
        var facts: Logger.Metadata = ["sha256": .string(fault.sha256), "file": .string(fault.path)]
        if let listed {
            facts["finding"] = .string(listed.finding.description)
            facts["kind"] = .string(listed.item.kind.rawValue)
        }
        switch fault.kind {
        case .damaged:
            facts["hint"] =
                "put the file back from a backup, and look at the disk; flyonce verify names all that is damaged"
            error("a file of evidence is damaged and is left out: its bytes are not what was captured", metadata: facts)
        case .unreadable(let reason):
            facts["hint"] = "look at the disk and at who owns the file"
            error("a file of evidence is left out: it cannot be read: \(reason)", metadata: facts)
        }
    }
}
