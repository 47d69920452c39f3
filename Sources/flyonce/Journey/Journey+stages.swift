import Findings
import Inspection
import Telemetry

extension Journey {
    struct Stages {
        var aligner: FrameAligner
        var classifier: any Classifier
        var placement: any Placement
        var joining: FindingJoiner.Options
    }

    struct Timing {
        /// Seconds without a frame after which the next one begins a new flight.
        var flightGap: Double
        /// Seconds of clip before and after the best detection.
        var clipBefore: Double
        var clipAfter: Double
    }
}
