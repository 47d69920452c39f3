import Foundation
import Rules
import Settings

/// Where the shipped catalogue, packs and scenarios are: `FLYONCE_MODELS`, beside the executable, or where packages put them.
enum ModelFiles {
    static let directories: [String] = {
        var places: [String] = []
        if let named = ProcessInfo.processInfo.environment["FLYONCE_MODELS"], !named.isEmpty { places.append(named) }
        let executable = URL(filePath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath()
        let real = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? executable.path
        var folder = URL(filePath: real).deletingLastPathComponent()
        places.append(folder.appending(path: "../share/flyonce/Models").standardized.path)
        // A build directory lies inside its checkout.
        for _ in 0..<4 {
            folder.deleteLastPathComponent()
            places.append(folder.appending(path: "Models").path)
        }
        return places + ["/usr/local/share/flyonce/Models", "/usr/share/flyonce/Models"]
    }()

    static func path(of relative: String) throws(Failure) -> String {
        for directory in directories {
            let path = directory + "/" + relative
            if FileManager.default.fileExists(atPath: path) { return path }
        }
        throw Failure(
            .unavailable,
            "The shipped file Models/\(relative) is not there: set FLYONCE_MODELS to the Models directory.")
    }

    /// A scenario by its path, or by the name of one that is shipped.
    static func scenario(_ text: String) throws(Failure) -> String {
        if text.contains("/") || text.hasSuffix(".yaml") || text.hasSuffix(".yml") {
            guard FileManager.default.fileExists(atPath: text) else {
                throw Failure(.badInput, "There is no scenario \(text).")
            }
            return text
        }
        let shipped = try path(of: "scenarios")
        let path = shipped + "/\(text).yaml"
        guard FileManager.default.fileExists(atPath: path) else {
            let names = ((try? FileManager.default.contentsOfDirectory(atPath: shipped)) ?? [])
                .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
            throw Failure(
                .badInput,
                "There is no scenario \(text): shipped are \(names.joined(separator: ", ")); or name a file.")
        }
        return path
    }

    /// The errors of aircraft, each by the name of a shipped one or the path of a file.
    static func aircraft(_ names: [String]) throws(Failure) -> [String: AircraftProfile] {
        var profiles: [String: AircraftProfile] = [:]
        for name in names where profiles[name] == nil {
            let path = name.contains("/") ? name : try path(of: "aircraft") + "/\(name).yaml"
            guard FileManager.default.fileExists(atPath: path) else {
                let folder = (try? Self.path(of: "aircraft")) ?? ""
                let shipped = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
                    .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
                throw Failure(
                    .badConfig,
                    "pose_errors.profile: there is no aircraft \(name): shipped are "
                        + "\(shipped.joined(separator: ", ")); or name a file by its path.")
            }
            do throws(SettingsError) {
                profiles[name] = try AircraftProfile.load(path)
            } catch {
                throw Failure(.badConfig, error.description)
            }
        }
        return profiles
    }

    static func shippedPacks() throws(Failure) -> [String] {
        let directory = try path(of: "packs")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { $0.hasSuffix(".yaml") }.sorted().map { directory + "/" + $0 }
    }

    static func isShippedPack(_ file: String) -> Bool {
        guard let packs = try? path(of: "packs") else { return false }
        return URL(filePath: file).resolvingSymlinksInPath().path
            .hasPrefix(URL(filePath: packs).resolvingSymlinksInPath().path + "/")
    }

    /// Names of the jurisdictions that are shipped.
    static func shippedJurisdictions() -> [String] {
        let folder = (try? path(of: "jurisdictions")) ?? ""
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }

    static func jurisdiction(of settings: GatewaySettings, catalogue: Catalogue) throws(Failure) -> Jurisdiction? {
        guard let named = settings.jurisdiction else { return nil }
        return try jurisdiction(named, catalogue: catalogue)
    }

    static func jurisdiction(_ named: JurisdictionSettings, catalogue: Catalogue) throws(Failure) -> Jurisdiction {
        let file: String
        let isShipped: Bool
        switch named {
        case .file(let path): (file, isShipped) = (path, false)
        case .shipped(let name):
            let shipped = shippedJurisdictions()
            guard shipped.contains(name) else {
                throw Failure(
                    .badConfig,
                    "There is no jurisdiction \(name): shipped are \(shipped.joined(separator: ", ")); or name a file.")
            }
            (file, isShipped) = (try path(of: "jurisdictions/\(name).yaml"), true)
        }
        do throws(RulesError) {
            return try Jurisdiction.load(file, catalogue: catalogue, leavingOthersOut: isShipped)
        } catch {
            throw Failure.listed(error.description)
        }
    }

    /// Compiles packs against the catalogue; without packs, every shipped one.
    static func rules(catalogue: String?, packs: [String]) throws(Failure) -> RuleSet {
        let cataloguePath = if let catalogue { catalogue } else { try path(of: "catalogue.yaml") }
        let packPaths = packs.isEmpty ? try shippedPacks() : packs
        do throws(RulesError) {
            return try RuleSet.load(catalogue: cataloguePath, packs: packPaths)
        } catch {
            throw Failure.listed(error.description)
        }
    }
}
