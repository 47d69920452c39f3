import ArgumentParser
import Foundation
import Geodesy
import Geotagging
import Inspection
import Logging
import Rules
import Settings
import Store

/// Logs of frame metadata, and what rules ask beside them.
struct LogInput: ParsableArguments {
    @Option(help: "A log of frame metadata; may be repeated.") var log: [String] = []
    @Option(help: "The log of this flight in the state directory of --config; may be repeated.") var flight: [String] =
        []
    @Option(
        help: ArgumentHelp(
            "The configuration whose packs, areas and registers count; with --flight also where its log is.",
            discussion: "With --log it is read only when it is named; with --flight always."))
    var config: String?
    @OptionGroup var statedGround: StatedGround
    @Option(help: "The catalogue of scene types.") var catalogue: String?

    func validate() throws {
        if log.isEmpty, flight.isEmpty { throw ValidationError("Say which frames: --log FILE or --flight ID.") }
    }

    private func settings() throws -> GatewaySettings? {
        guard config != nil || !flight.isEmpty else { return nil }
        return try RunCommand.settings(at: config ?? RunCommand.defaultConfig)
    }

    func paths() throws -> [String] {
        guard !flight.isEmpty, let settings = try settings() else { return log }
        let folder = MetadataLogSettings.path(in: settings.stateDirectory)
        return log
            + (try flight.map { text in
                guard let id = FlightID(text) else { throw Failure(.usage, "\(text) is no flight's id.") }
                let path = folder + "/" + MetadataFolder.name(of: id)
                guard FileManager.default.fileExists(atPath: path) else {
                    throw Failure(.badInput, "There is no log of the flight \(text) in \(folder).")
                }
                return path
            })
    }

    func rules(_ packs: [String]) throws -> RuleSet {
        let settings = try settings()
        return try ModelFiles.rules(
            catalogue: catalogue ?? settings?.rules.catalogue,
            packs: packs.isEmpty ? settings?.rules.packs ?? [] : packs)
    }

    func sourcePacks(_ packs: [String]) throws -> SourcePacks {
        SourcePacks(try settings(), isStated: !packs.isEmpty)
    }

    /// Says which registers the rules ask for that are not there: what asks for them cannot be decided.
    func review(_ rules: RuleSet, _ ground: HeldGround) {
        let known = ground.current.registerNames
        for (name, rule) in rules.registers where !known.contains(name) {
            say("the rule \(rule) asks the register \(name), which there is not: --register \(name)=FILE gives it")
        }
    }

    /// Areas and registers as they are now: the log does not hold them.
    func ground() throws -> HeldGround {
        let stated = try ReplayCommand.decoded(
            ["gateway: {name: command-line}"] + statedGround.lines(), statedGround.arguments)
        guard stated.complaints.isEmpty else { throw Failure(.usage, SettingsError(stated.complaints).description) }
        var whole = stated.settings
        if let read = try settings() {
            whole = read
            statedGround.add(stated.settings, to: &whole)
        }
        let ground = try GroundFiles.read(whole)
        for warning in ground.warnings { say(warning) }
        return HeldGround(ground)
    }

    /// Places as they were worked out when the frames were logged, over the terrain of the settings as it is now.
    func placement() throws -> (MetadataLogHeader) -> RayPlacement {
        let geoid = JourneyModels.loadGeoid(logger: RunCommand.logger(verbose: false))
        let terrain = try settings()?.terrain.terrain(geoid: geoid) { say($0) }
        return { RayPlacement($0.placement, geoid: geoid, terrain: terrain) }
    }
}

/// A place for people.
func placeText(_ place: Result<Geotag, PlacementRefusal>?) -> String {
    switch place {
    case .success(let tag)?:
        "\(tag.point.latitude.fixed(6)), \(tag.point.longitude.fixed(6)) ±\(tag.ce90.fixed(1)) m"
    case .failure(let refusal)?: "no position (\(refusal.rawValue))"
    case nil: "no position"
    }
}

extension JSONText {
    mutating func place(_ place: Result<Geotag, PlacementRefusal>?) {
        switch place {
        case .success(let tag)?:
            member("place") { json in
                json.object { json in
                    json.member("lat", tag.point.latitude, decimals: 8)
                    json.member("lon", tag.point.longitude, decimals: 8)
                    json.member("hae_m", tag.point.height, decimals: 2)
                    json.member("ce90_m", tag.ce90, decimals: 2)
                }
            }
        case .failure(let refusal)?: member("refusal", refusal.rawValue)
        case nil: break
        }
    }
}
