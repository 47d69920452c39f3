import ArgumentParser
import Geodesy
import Settings

/// Elevation tiles for a command.
struct TerrainOptions: ParsableArguments {
    enum Heights: String, ExpressibleByArgument, CaseIterable { case egm96, egm2008, ellipsoid, offset }

    @Option(
        name: .customLong("dem"),
        help: ArgumentHelp(
            "Folder of elevation tiles: SRTM .hgt, GeoTIFF in degrees (docs/terrain.md).", valueName: "dir"))
    var folder: String?
    @Option(
        name: .customLong("dem-heights"),
        help: ArgumentHelp("What their heights are measured from; egm96 when left out.", valueName: "heights"))
    var statedHeights: Heights?
    @Option(
        name: .customLong("dem-offset"),
        help: ArgumentHelp("With --dem-heights offset: metres from the ellipsoid up to it.", valueName: "m"))
    var offset: Double?
    @Option(
        name: .customLong("dem-error"), help: ArgumentHelp("One-sigma error of the heights, metres.", valueName: "m"))
    var error = 4.0

    var heights: Heights { statedHeights ?? .egm96 }

    func validate() throws {
        if folder == nil, statedHeights != nil || offset != nil {
            let option = statedHeights != nil ? "--dem-heights" : "--dem-offset"
            throw ValidationError("\(option) says something of the tiles of --dem, which is missing.")
        }
        if heights == .offset, offset == nil { throw ValidationError("--dem-heights offset needs --dem-offset.") }
        if heights != .offset, offset != nil { throw ValidationError("--dem-offset needs --dem-heights offset.") }
        if let offset, !(-200...200).contains(offset) { throw ValidationError("--dem-offset must be −200 to 200.") }
        if !(0.01...1000).contains(error) { throw ValidationError("--dem-error must be 0.01 to 1000.") }
    }

    /// Nil without --dem. What is left out is told on standard error.
    func terrain() throws(Failure) -> TerrainMosaic? {
        guard let folder else { return nil }
        var settings = TerrainSettings()
        settings.folder = folder
        settings.heights = TerrainSettings.Heights(rawValue: heights.rawValue) ?? .egm96
        settings.offset = offset
        settings.error = error
        let needsGeoid = heights == .egm96 || heights == .egm2008
        let geoid = needsGeoid ? JourneyModels.loadGeoid(logger: RunCommand.logger(verbose: false)) : nil
        return try settings.terrain(geoid: geoid) { say($0) }
    }
}
