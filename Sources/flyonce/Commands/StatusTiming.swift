/// `timing` of a source in the status, as a line for people.
struct StatusTiming: Decodable {
    var state: String
    var late_s: Double?
    var standard_error_s: Double?
    var from: String?
    var reason: String?

    /// Nil where there is nothing to say of it.
    var text: String? {
        switch state {
        case "off": return "timing of metadata: off, the times are taken as they are stated"
        case "unknown":
            let why = reason.map { " (\($0.replacing("_", with: " ")))" } ?? ""
            return "timing of metadata: not known\(why), the times are taken as they are stated"
        default: break
        }
        guard let late_s, let standard_error_s, state == "taken" || state == "in_time" else { return nil }
        let side = late_s < 0 ? "early" : "late"
        let error = "\((1000 * standard_error_s).fixed(0)) ms"
        let means = from == "remembered" ? ", by an earlier flight" : ""
        return "metadata \((1000 * abs(late_s)).fixed(0)) ms \(side) (± \(error)\(means))"
            + (state == "taken" ? ", taken out of every place" : ", too little to matter")
    }
}
