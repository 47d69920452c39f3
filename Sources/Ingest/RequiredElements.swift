import GStreamer
import Inspection

/// Checks that GStreamer has what a source needs, before anything is opened.
enum RequiredElements {
    /// Throws an error naming every missing element with the Debian package that holds it. `has` answers for one.
    static func check(
        _ names: [String], has: (String) -> Bool = { Library.has($0) }
    ) throws(SourceError) {
        let missing = names.filter { !has($0) }
        guard !missing.isEmpty else { return }
        let wanted = Set(missing.map(Library.debianPackage)).sorted().joined(separator: ", ")
        throw SourceError(
            kind: .missingPlugin,
            description: "missing GStreamer element \(missing.joined(separator: ", ")): install \(wanted)",
            hint: "install the package named")
    }
}
