import Inspection

/// An object of the minimal schema: `id|left|top|right|bottom|class`, and where classifiers spoke `|#|…|confidence`.
enum NvMsgConvLine {
    /// What the fields between `#` and the confidence are, by the class: those of DeepStream's own objects. An empty name is
    /// left out.
    private static let names: [String: [String]] = [
        "vehicle": ["type", "make", "model", "color", "license", "licenseState"],
        "person": ["gender", "age", "hair", "cap", "apparel"],
        "face": ["gender", "age", "hair", "cap", "glasses", "facialhair", "name", "", "eyecolor"],
    ]

    /// Nil when it is none.
    static func read(_ text: String) -> ReportedObject? {
        let fields = text.split(separator: "|", omittingEmptySubsequences: false)
        guard fields.count >= 6 else { return nil }
        var edges: [Double] = []
        for field in fields[1...4] {
            guard let edge = Double(decimal: field) else { return nil }
            edges.append(edge)
        }
        var object = ReportedObject()
        object.track = NvMsgConvObject.track(fields[0])
        object.box = FrameObject.Box(left: edges[0], top: edges[1], right: edges[2], bottom: edges[3])
        object.label = String(fields[5])
        guard fields.count > 6, fields[6] == "#" else { return object }
        // Whatever else follows has a mark of its own.
        var said = Array(fields[7...].prefix { $0 != "#" })
        if let last = said.last, let confidence = Double(decimal: last) {
            object.confidence = confidence
            said.removeLast()
        }
        let known = names[fields[5].lowercased()].flatMap { $0.count == said.count ? $0 : nil }
        for (index, value) in said.enumerated() where value.utf8.count <= AnalysisLine.attributeTextLimit {
            let name = known?[index] ?? "attribute_\(index + 1)"
            if name == "age", let age = Double(decimal: value) {
                object.note(name, .number(age))
            } else {
                object.note(name, .string(String(value)))
            }
        }
        return object
    }
}
