import LocatedYAML

extension YAMLMapping {
    /// Labels that an analyser can see, as the author says for it; nil when it is not said.
    func declaredLabels(_ key: String = "declares") -> [String]? {
        let labels = texts(key)
        guard has(key) else { return nil }
        if labels.count > SourceDefaults.declaredLimit {
            complain(key, "has more than \(SourceDefaults.declaredLimit) labels")
        }
        for label in labels {
            let length = label.text.utf8.count
            if label.text.allSatisfy(\.isWhitespace) || label.text == "*" {
                complaints.add(label, "is no label that an analyser could give", hint: "such as [person, helmet]")
            } else if length > SourceDefaults.declaredLengthLimit {
                complaints.add(label, "is longer than \(SourceDefaults.declaredLengthLimit) bytes, the most of a label")
            }
        }
        return labels.map(\.text)
    }
}
