import Foundation
import Inspection
import LocatedYAML
import Settings

extension ReplayCommand {
    /// What a replay is done by.
    struct Basis {
        var settings: GatewaySettings
        /// What is wrong with the command line.
        var complaints: [YAMLComplaint]
        /// The sources of ``config``, which overrides may name; nil without one.
        var known: [Name]?
    }

    /// The settings of a gateway that has nothing but these files, a source each; of ``config`` everything that decides what is
    /// found. Nothing of it is sent, listened to, moved or kept.
    func basis(stateDirectory: String, inputs: [String]) throws(Failure) -> Basis {
        var stated = try stated(stateDirectory: stateDirectory, inputs: inputs)
        let name = try source.map(Self.validName)
        if let config {
            let read = try RunCommand.settings(at: config)
            if let source, !read.sources.contains(where: { $0.name == name }) {
                let hint = NearestName.hint(for: source, among: read.sources.map(\.name.text))
                throw Failure(
                    .usage, "\(config) has no source \(source)" + (hint.isEmpty ? "." : ": \(hint)"))
            }
            stated.settings = settings(read, under: stated.settings, stateDirectory: stateDirectory)
            stated.known = read.sources.map(\.name)
        } else if let name {
            for index in stated.settings.sources.indices { stated.settings.sources[index].name = name }
        }
        return stated
    }

    private static func validName(_ text: String) throws(Failure) -> Name {
        guard let name = Name(text) else {
            throw Failure(.usage, "--source \(text): a name is 1 to 63 of a–z, 0–9 and hyphen.")
        }
        return name
    }

    /// The settings of a place with what the command line states over them.
    private func settings(
        _ read: GatewaySettings, under stated: GatewaySettings, stateDirectory: String
    ) -> GatewaySettings {
        var settings = read
        settings.stateDirectory = stateDirectory
        settings.destinations = []
        settings.jurisdiction = nil
        if gateway != nil { settings.name = stated.name }
        if let catalogue = stated.rules.catalogue {
            settings.rules.catalogue = catalogue
            settings.places.arguments["rules.catalogue"] = stated.places.arguments["rules.catalogue"]
        }
        if let packs = stated.rules.packs {
            settings.rules.packs = packs
            for index in packs.indices {
                let path = "rules.packs[\(index)]"
                settings.places.arguments[path] = stated.places.arguments[path]
            }
        }
        ground.add(stated, to: &settings)
        settings.sources = stated.sources.map { source(of: read, for: $0) }
        return settings
    }

    /// The source of the settings that a file is replayed as: the one that is named, the one of the file's name, the only one;
    /// else one of the file's name with their defaults.
    private func source(of read: GatewaySettings, for file: SourceSettings) -> SourceSettings {
        let wanted = source.flatMap(Name.init) ?? file.name
        let only = read.sources.count == 1 ? read.sources.first : nil
        let model = read.sources.first { $0.name == wanted } ?? only
        var replayed = file
        replayed.name = model?.name ?? file.name
        var options = model?.options ?? read.defaults
        if !rules.isEmpty { options.packs = nil }
        if decode != .auto { options.decode = file.options.decode }
        if analyser != nil { options.analyser = file.options.analyser }
        if declares != nil { options.declares = file.options.declares }
        if groundHeight != nil { options.groundHeightHAE = file.options.groundHeightHAE }
        if hfov != nil { options.camera = file.options.camera }
        if utcOffset != nil { options.utcOffsetSeconds = file.options.utcOffsetSeconds }
        if model?.url != file.url {
            // What comes beside a stream, and how late, is of that stream alone.
            options.telemetry = []
            options.analysis = []
            options.latency = nil
        }
        if !telemetry.isEmpty { options.telemetry = file.options.telemetry }
        options.afterReading = .leave
        replayed.options = options
        return replayed
    }

    /// What the command line states by itself.
    private func stated(stateDirectory: String, inputs: [String]) throws(Failure) -> Basis {
        var lines = ["gateway: {name: \(Self.quoted(gateway ?? "replay"))}"]
        var arguments = ground.arguments
        arguments["gateway"] = gateway.map { "--gateway \($0)" }
        lines += ["state_directory: \(Self.quoted(stateDirectory))", "defaults:", "  decode: \(decode.rawValue)"]
        if let analyser, case let words = analyser.split(separator: " ").map(String.init), !words.isEmpty {
            let program = words[0].contains("/") ? Self.absolute(words[0]) : words[0]
            let command = ([program] + words.dropFirst()).map(Self.quoted).joined(separator: ", ")
            lines.append("  analyser: {command: [\(command)], rate: \(analyserRate)}")
            arguments["defaults.analyser"] = "--analyser \(analyser)"
            arguments["defaults.analyser.rate"] = "--analyser-rate \(analyserRate)"
        }
        if let declares {
            let labels = declares.split(separator: ",", omittingEmptySubsequences: false).map {
                Self.quoted($0.trimmingCharacters(in: .whitespaces))
            }
            lines.append("  declares: [\(labels.joined(separator: ", "))]")
            arguments["defaults.declares"] = "--declares \(declares)"
        }
        if let groundHeight { lines.append("  ground_height_hae_m: \(groundHeight)") }
        arguments["defaults.ground_height_hae_m"] = groundHeight.map { "--ground-height \($0)" }
        if let hfov { lines.append("  camera: {hfov_deg: \(hfov)}") }
        arguments["defaults.camera"] = hfov.map { "--hfov \($0)" }
        if let utcOffset { lines.append("  utc_offset: \(Self.quoted(utcOffset))") }
        arguments["defaults.utc_offset"] = utcOffset.map { "--utc-offset \($0)" }
        if catalogue != nil || !rules.isEmpty { lines.append("rules:") }
        if let catalogue { lines.append("  catalogue: \(Self.quoted(Self.absolute(catalogue)))") }
        arguments["rules.catalogue"] = catalogue.map { "--catalogue \($0)" }
        if !rules.isEmpty {
            lines.append("  packs: [\(rules.map { Self.quoted(Self.absolute($0)) }.joined(separator: ", "))]")
        }
        for (index, pack) in rules.enumerated() { arguments["rules.packs[\(index)]"] = "--rules \(pack)" }
        lines += try ground.lines()
        lines.append("sources:")
        for (name, input) in zip(Self.sourceNames(inputs), inputs) {
            lines.append("  \(name): {url: \(Self.quoted(Self.absolute(input)))\(feeds)}")
            arguments["sources.\(name)"] = input
            for (index, file) in telemetry.enumerated() {
                let path = "sources.\(name).telemetry[\(index)]"
                arguments[path] = "--telemetry \(file)"
                arguments[path + ".offset"] = telemetryOffset.map { "--telemetry-offset \($0)" }
            }
        }
        return try Self.decoded(lines, arguments)
    }

    /// Settings that stand in no file; what is wrong with them names their arguments.
    static func decoded(_ lines: [String], _ arguments: [String: String]) throws(Failure) -> Basis {
        do throws(SettingsError) {
            let read = try GatewaySettings.inspect(text: lines.joined(separator: "\n"), file: "command line")
            guard var settings = read.settings else { throw SettingsError(read.complaints) }
            settings.places.arguments = arguments
            return Basis(settings: settings, complaints: read.complaints.map(settings.places.said), known: nil)
        } catch {
            throw Failure(.usage, error.description)
        }
    }

    /// The files of telemetry, which go before the video's own.
    private var feeds: String {
        guard !telemetry.isEmpty else { return "" }
        let offset = telemetryOffset.map { ", offset: \(Self.quoted($0))" } ?? ""
        let rest = ", join: \(telemetryJoin.rawValue)\(offset)}"
        let files = telemetry.map { "{url: \(Self.quoted(Self.absolute($0)))\(rest)" }
        return ", telemetry: [\(files.joined(separator: ", ")), {url: video}]"
    }
}
