public import Inspection

/// A flight to be simulated: where it goes, what lies on the ground, what the onboard analyser says of it, and how wrong
/// the aircraft is about its own pose. Read from YAML by ``parse(text:file:)``.
public struct Scenario: Sendable, Hashable {
    public var name: String
    /// Everything random follows from it.
    public var seed: UInt64
    /// What is drawn anew in every flight follows from it: noise, misses, the airframe's motion. Nil for ``seed``.
    public var flightSeed: UInt64?
    /// From 1: which of the scenario's flights this is.
    public var flightNumber = 1
    /// UTC of the first frame.
    public var start: UTCTime
    /// Seconds of video.
    public var duration: Double
    public var video: Video
    public var origin: Origin
    /// In rising order of time; at least one.
    public var path: [Waypoint]
    public var camera: Camera
    public var ground: Ground
    /// With those that are gone by this flight.
    public var objects: [Object]
    /// Hills and hollows of the ground; nil where it is flat.
    public var relief: Relief?
    /// Flights over the same place, in rising order of time; empty for one, which is the scenario itself.
    public var flights: [Flight] = []
    public var analyser: Analyser
    public var poseNoise: PoseNoise
    public var stated: Stated
    /// Packets a second; nil for one a frame.
    public var metadataRate: Double?
    /// Milliseconds by which the stated pose is older than the frame it comes with.
    public var timingOffset: Double

    public struct Video: Sendable, Hashable {
        /// Pixels, even.
        public var width: Int
        public var height: Int
        /// Frames a second.
        public var rate: Int
        /// Kilobits a second.
        public var bitrate: Int
        /// Frames from one key frame to the next.
        public var groupOfPictures: Int
    }

    /// The point that every north and east is counted from, and the height of the ground where no hill stands.
    public struct Origin: Sendable, Hashable {
        /// Degrees, WGS 84.
        public var latitude: Double
        public var longitude: Double
        /// Metres above the WGS 84 ellipsoid.
        public var groundHeight: Double
    }

    public struct Waypoint: Sendable, Hashable {
        public enum Yaw: Sendable, Hashable {
            /// The nose follows the way.
            case along
            /// Degrees from true north, clockwise.
            case degrees(Double)
        }

        /// Seconds from the first frame.
        public var time: Double
        /// Metres from the origin.
        public var north: Double
        public var east: Double
        /// Metres above the ground under it.
        public var aboveGround: Double
        public var yaw: Yaw
    }

    public struct Camera: Sendable, Hashable {
        /// Degrees across the picture. The vertical field follows from square pixels.
        public var horizontalFieldOfView: Double
        /// Degrees, −90 straight down, held against the airframe's motion.
        public var pitch: Double
        /// Degrees clockwise from the airframe's heading.
        public var yawOffset: Double
        /// Degrees by which the airframe rocks about its trim.
        public var airframeMotion: Double
    }

    /// What the simulated analyser gets right and wrong.
    public struct Analyser: Sendable, Hashable {
        /// Looks a second; 0 for no analyser.
        public var rate: Double
        /// Chance that an object in view is not reported by one look.
        public var missRate: Double
        public var falsePositivesPerMinute: Double
        /// Labels of what is not there; the labels of the clutter when empty.
        public var falseLabels: [String]
        /// Chance that one look gives an object another label.
        public var wrongLabelRate: Double
        /// 0…1.
        public var confidenceMean: Double
        public var confidenceDeviation: Double
        /// Pixels, one sigma, of every edge.
        public var boxNoise: Double
        /// True when a thing keeps its target id while it stays in view.
        public var tracks: Bool
    }

    /// By how much the stated pose differs from the true one: white noise of every packet (one sigma), a constant part, and
    /// one that is drawn once a flight (one sigma), north and east each for itself.
    public struct PoseNoise: Sendable, Hashable {
        public struct Error: Sendable, Hashable {
            /// Metres, north and east alike.
            public var position = 0.0
            /// Metres.
            public var height = 0.0
            /// Degrees, of camera and airframe alike.
            public var yaw = 0.0
            public var pitch = 0.0
            public var roll = 0.0
        }

        public var white = Error()
        public var bias = Error()
        public var biasDeviation = Error()
    }

    /// Which heights are stated, and what separates them.
    public struct Stated: Sendable, Hashable {
        /// Items 75, 78 and 104.
        public var heightAboveEllipsoid: Bool
        /// Items 15 and 25.
        public var heightAboveGeoid: Bool
        /// Metres from the ellipsoid up to the geoid.
        public var undulation: Double
    }
}

extension Scenario {
    var noiseSeed: UInt64 { flightSeed ?? seed }

    /// Frames of video.
    public var frameCount: Int { max(1, Int((duration * Double(video.rate)).rounded())) }

    /// Microseconds from the first frame to frame `index`.
    public func microseconds(ofFrame index: Int) -> Int64 {
        Int64(index) &* 1_000_000 / Int64(max(video.rate, 1))
    }

    /// Seconds from the first frame to frame `index`.
    public func seconds(ofFrame index: Int) -> Double { Double(index) / Double(max(video.rate, 1)) }
}
