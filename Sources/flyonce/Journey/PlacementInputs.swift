import Geodesy
import Geotagging
import Inspection
import Settings

extension MetadataLogHeader.PlacementInputs {
    /// What the settings of a source say of where things are; `aircraft` is the profile that they name.
    init(_ options: SourceDefaults, aircraft: AircraftProfile?, hasGeoid: Bool) {
        self.init()
        errors = options.poseErrors.errors(over: aircraft?.errors.errors() ?? PoseErrors())
        distortion = options.distortion
        groundHeight = options.groundHeightHAE
        fieldOfView = options.camera
        poseAgeLimit = options.poseAgeLimit.inSeconds
        self.hasGeoid = hasGeoid
    }
}

extension RayPlacement {
    /// Puts things where they were put when the frames were logged, as long as the terrain is the same.
    init(_ inputs: MetadataLogHeader.PlacementInputs, geoid: Geoid?, terrain: (any Terrain)?) {
        var options = Options()
        options.terrain = terrain
        options.errors = inputs.errors
        options.groundHeight = inputs.groundHeight
        options.fieldOfView = inputs.fieldOfView.isKnown ? inputs.fieldOfView : nil
        options.distortion = inputs.distortion
        options.poseAgeLimit = inputs.poseAgeLimit
        options.geoid = inputs.hasGeoid ? geoid : nil
        self.init(options: options)
    }
}
