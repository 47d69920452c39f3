/// One coded picture with its presentation time.
public struct Frame: Sendable, Hashable {
    /// Counts from 0 within one run of the source.
    public var index: Int
    /// Presentation time on the stream's time line: what metadata is aligned by.
    public var time: RunningTime
    /// The raw 33-bit PES PTS, unwrapped, in microseconds; of MP4 and Matroska the file's own presentation time; nil where
    /// the carrier has none.
    public var ptsMicroseconds: Int64?
    /// Full-resolution size, pixels. Zero until the parameter sets were seen.
    public var width: Int
    public var height: Int
    /// How a still picture is to be turned before it is shown. Size, objects' boxes and pose are of the picture as it lies in its
    /// file.
    public var orientation = PictureOrientation.topLeft
    /// True when decoding may begin here.
    public var isKey: Bool
    /// When its bytes reached this gateway, by this gateway's clock (for a file: when they were read).
    public var arrival: UTCTime
    /// UTC of the picture by what carried it, with the clock that gave it (the sender's reports, the file's own time); nil
    /// where the carrier says nothing.
    public var carrierTime: CarrierTime?
    /// Measured of its pixels, when some rule asks; nil when it was not decoded.
    public var picture: PictureFeatures?

    public init(
        index: Int, time: RunningTime, ptsMicroseconds: Int64?, width: Int, height: Int, isKey: Bool, arrival: UTCTime
    ) {
        self.index = index
        self.time = time
        self.ptsMicroseconds = ptsMicroseconds
        self.width = width
        self.height = height
        self.isKey = isKey
        self.arrival = arrival
    }
}

/// A moment as the carrier of a stream states it.
public struct CarrierTime: Sendable, Hashable {
    public var utc: UTCTime
    public var provenance: UTCProvenance

    public init(utc: UTCTime, provenance: UTCProvenance) {
        self.utc = utc
        self.provenance = provenance
    }
}

/// What was measured of a decoded picture's luma plane.
public struct PictureFeatures: Sendable, Hashable {
    /// Mean luma, 0 (black)…1 (white), full range.
    public var luma: Double
    /// Standard deviation of luma, 0…0.5.
    public var contrast: Double
    /// Variance of the Laplacian of luma (0…255 scale) at the measured size: higher is sharper; below about 50 a picture is
    /// blurred.
    public var sharpness: Double
    /// Mean absolute difference of luma to the measured picture before, 0…1; nil for the first.
    public var motion: Double?

    public init(luma: Double, contrast: Double, sharpness: Double, motion: Double?) {
        self.luma = luma
        self.contrast = contrast
        self.sharpness = sharpness
        self.motion = motion
    }
}

/// Undecoded metadata as it came beside the video.
public struct MetadataPacket: Sendable, Hashable {
    public enum Dialect: String, Sendable, Hashable {
        /// SMPTE ST 336: ST 0601, ST 0903, EG 0104.
        case klv
        /// The application segments (EXIF, XMP) of one still picture, as they stand in the file: from SOI to before SOS.
        case jpeg
        /// One line of the gateway's own analyser NDJSON, about the frame at `time`.
        case analysis
        /// JSON messages of an analyser, of whatever dialect their members tell.
        case analysisAuto = "analysis_auto"
        /// JSON messages of DL Streamer's `gvametaconvert`.
        case gvametaconvert
        /// JSON messages of DeepStream's `nvmsgconv`, of the full or the minimal schema.
        case nvmsgconv
        /// JSON messages of Frigate's `events`.
        case frigate
        /// Persons' marks: lines of the gateway's own analyser NDJSON, written by its own API.
        case mark
        /// One message of DJI's Cloud API (JSON) as it came over MQTT; ``MetadataPacket/channel`` is its topic.
        case djiCloud = "dji_cloud"
        /// The text of one subtitle, as DJI aircraft write their telemetry; `time` is when it is shown.
        case subtitle
        /// MAVLink frames as they came over a link: one datagram, or a piece of a byte stream.
        case mavlink
        /// XML of an ONVIF metadata stream: scene descriptions, events. One document, several, or a piece of one.
        case onvif
    }

    public var dialect: Dialect
    /// One PES payload or one datagram; may hold several KLV packets, or part of one.
    public var bytes: [UInt8]
    /// Nil where the carrier gave no PTS.
    public var time: RunningTime?
    public var ptsMicroseconds: Int64?
    /// Elementary stream id in an MPEG transport stream; nil elsewhere. Tells apart several metadata streams of a source.
    public var pid: Int?
    /// What it came by within its feed: the topic of a message, the connection of a socket; nil where there is one channel
    /// only.
    public var channel: String?
    public var arrival: UTCTime

    public init(
        dialect: Dialect, bytes: [UInt8], time: RunningTime?, ptsMicroseconds: Int64?, pid: Int?, arrival: UTCTime
    ) {
        self.dialect = dialect
        self.bytes = bytes
        self.time = time
        self.ptsMicroseconds = ptsMicroseconds
        self.pid = pid
        self.arrival = arrival
    }
}
