import ArgumentParser
import Settings

/// Areas and registers of the command line.
struct StatedGround: ParsableArguments {
    @Option(help: "A file of areas as KIND=FILE, such as no_record=bases.geojson; may be repeated (docs/areas.md).")
    var area: [String] = []
    @Option(help: "A register as NAME=FILE, such as licensed_sites=sites.csv; may be repeated.")
    var register: [String] = []

    /// Their keys of settings, in YAML.
    func lines() throws(Failure) -> [String] {
        try Self.entries("areas", area, form: "--area KIND=FILE") { index, kind in
            "name: area-\(index + 1), kind: \(ReplayCommand.quoted(kind))"
        }
            + Self.entries("registers", register, form: "--register NAME=FILE") { _, name in
                "name: \(ReplayCommand.quoted(name))"
            }
    }

    private static func entries(
        _ key: String, _ texts: [String], form: String, _ entry: (Int, String) -> String
    ) throws(Failure) -> [String] {
        guard !texts.isEmpty else { return [] }
        var lines = ["\(key):"]
        for (index, text) in texts.enumerated() {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw Failure(.usage, "\(text) is not of the form \(form).") }
            let file = ReplayCommand.quoted(ReplayCommand.absolute(parts[1]))
            lines.append("  - {\(entry(index, parts[0])), file: \(file)}")
        }
        return lines
    }

    /// The arguments by the paths of settings that hold nothing else.
    var arguments: [String: String] {
        var arguments = ["areas": "--area KIND=FILE", "registers": "--register NAME=FILE"]
        for (index, text) in area.enumerated() { arguments["areas[\(index)]"] = "--area \(text)" }
        for (index, text) in register.enumerated() { arguments["registers[\(index)]"] = "--register \(text)" }
        return arguments
    }

    /// Adds the areas of `stated`, which were decoded of ``lines()``, to those of `settings`, so that what must not be recorded
    /// is not. A register takes the place of the one of its name, another file in the same form.
    func add(_ stated: GatewaySettings, to settings: inout GatewaySettings) {
        for (area, argument) in zip(stated.areas, area) {
            var area = area
            while settings.areas.contains(where: { $0.name == area.name }) { area.name += "-" }
            settings.places.arguments["areas[\(settings.areas.count)]"] = "--area \(argument)"
            settings.areas.append(area)
        }
        for (register, argument) in zip(stated.registers, register) {
            let index = settings.registers.firstIndex { $0.name == register.name } ?? settings.registers.count
            settings.places.arguments["registers[\(index)]"] = "--register \(argument)"
            if index < settings.registers.count {
                settings.registers[index].file = register.file
            } else {
                settings.registers.append(register)
            }
        }
    }
}
