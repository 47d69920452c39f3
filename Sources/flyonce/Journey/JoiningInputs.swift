import Findings
import Inspection

extension FindingJoiner.Options {
    /// Joins as the settings say, or as they said when the frames were logged.
    init(_ inputs: MetadataLogHeader.JoiningInputs) {
        self.init()
        openAfterSightings = inputs.openAfterSightings
        joinRadius = inputs.joinRadius
        maximumJoinRadius = max(maximumJoinRadius, inputs.joinRadius)
    }
}
