import LocatedYAML

/// The errors of one type of aircraft with its camera, from a file of `Models/aircraft`, and where each number is from.
public struct AircraftProfile: Sendable, Hashable {
    public var profile: String
    public var title: String
    public var errors = PoseErrorValues()
    /// By the error: a document of its maker's, or `estimate` and why.
    public var sources: [String: String] = [:]

    /// Everything that is wrong with it is in the one error. Every number must have its source.
    public static func parse(_ text: String, file: String) throws(SettingsError) -> AircraftProfile {
        do throws(YAMLError) {
            return try read(try YAMLDocument(text, file: file))
        } catch {
            throw SettingsError(error.complaints)
        }
    }

    public static func load(_ path: String) throws(SettingsError) -> AircraftProfile {
        do throws(YAMLError) {
            return try read(try YAMLDocument(path: path))
        } catch {
            throw SettingsError(error.complaints)
        }
    }

    private static func read(_ document: YAMLDocument) throws(YAMLError) -> AircraftProfile {
        try document.decode { root in
            var profile = AircraftProfile(profile: root.string("profile"), title: root.string("title"))
            profile.errors = root.mapping("pose_errors") { PoseErrorValues.decode($0, over: PoseErrorValues()) }
            for (name, text) in root.namedTexts("sources") {
                if profile.errors.values[name] == nil {
                    root.complain("sources", "speaks of \(name), which is not stated")
                }
                profile.sources[name] = text.text
            }
            for name in profile.errors.values.keys.sorted() where (profile.sources[name] ?? "").isEmpty {
                root.complain("sources", "lacks \(name)", hint: "say where the number is from")
            }
            return profile
        }
    }
}
