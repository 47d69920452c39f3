import Geodesy
import Geotagging
import Inspection
import Settings

extension MetadataLogHeader.PlacementInputs {
    /// What the settings of a source say of where things are.
    init(_ options: SourceDefaults, hasGeoid: Bool) {
        self.init()
        errors = options.poseErrors
        groundHeight = options.groundHeightHAE
        fieldOfView = options.camera
        poseAgeLimit = options.poseAgeLimit.inSeconds
        self.hasGeoid = hasGeoid
    }
}

extension RayPlacement {
    /// Puts things where they were put when the frames were logged.
    init(_ inputs: MetadataLogHeader.PlacementInputs, geoid: Geoid?) {
        var options = Options()
        options.errors = inputs.errors
        options.groundHeight = inputs.groundHeight
        options.fieldOfView = inputs.fieldOfView.isKnown ? inputs.fieldOfView : nil
        options.poseAgeLimit = inputs.poseAgeLimit
        options.geoid = inputs.hasGeoid ? geoid : nil
        self.init(options: options)
    }
}
