import Inspection

/// Which of a finding's files may leave for a destination: redacted pictures, or what was captured where it is entitled to that.
struct OutgoingEvidence {
    /// In the finding's order, each once.
    let items: [EvidenceItem]
    /// Files of the wanted kinds that stay: clips, and pictures of which there is no redacted one.
    let withheld: Int

    init(_ evidence: [EvidenceItem], kinds: Set<EvidenceItem.Kind>, entitledToOriginals: Bool) {
        var seen: Set<String> = []
        let wanted = evidence.filter {
            kinds.contains($0.kind) && CaseReportText.isHash($0.sha256) && seen.insert($0.sha256).inserted
        }
        if entitledToOriginals {
            // In place of an original that was taken away by retention stands nothing: what is listed is what was found.
            items = wanted.filter { !$0.redacted || !seen.contains($0.original ?? "") }
            withheld = 0
        } else {
            items = wanted.filter(\.redacted)
            let made = Set(items.lazy.filter { $0.kind == .picture }.compactMap(\.original))
            withheld = wanted.count { item in
                switch item.kind {
                case .picture: !item.redacted && !made.contains(item.sha256)
                // Its picture counts.
                case .thumbnail: false
                case .clip, .metadata: !item.redacted
                }
            }
        }
    }
}
