public import Inspection

/// What a simulation wrote.
public struct SimulationSummary: Sendable, Hashable {
    public var name: String
    public var seed: UInt64
    public var start: UTCTime
    /// Seconds of video.
    public var duration: Double
    public var frames: Int
    /// KLV packets.
    public var packets: Int
    /// Packets with a VMTI set.
    public var looks: Int
    /// Targets in all VMTI sets.
    public var sightings: Int
    /// True matters in the truth, and how many were in view.
    public var matters: Int
    public var mattersSeen: Int
    /// Element that encoded the video.
    public var encoder: String
    /// Paths written.
    public var video: String
    public var truth: String
    public var scenario: String

    /// The content of `scenario.json`.
    func json(_ flight: SimulatedFlight) -> [UInt8] {
        let scenario = flight.scenario
        var json = JSONText(capacity: 2048)
        json.object { json in
            json.member("name", name)
            json.raw(member: "seed", String(seed))
            json.member("start_utc", start.rfc3339)
            json.member("duration_s", duration)
            json.member("frames", frames)
            json.member("packets", packets)
            json.member("looks", looks)
            json.member("sightings", sightings)
            json.member("matters", matters)
            json.member("matters_seen", mattersSeen)
            json.member("encoder", encoder)
            json.member("video") { json in
                json.object { json in
                    json.member("width", scenario.video.width)
                    json.member("height", scenario.video.height)
                    json.member("fps", scenario.video.rate)
                    json.member("bitrate_kbps", scenario.video.bitrate)
                    json.member("gop", scenario.video.groupOfPictures)
                }
            }
            json.member("origin") { json in
                json.object { json in
                    json.member("lat", scenario.origin.latitude)
                    json.member("lon", scenario.origin.longitude)
                    json.member("ground_hae_m", scenario.origin.groundHeight)
                }
            }
            json.member("undulation_m", scenario.stated.undulation)
            json.member("flight", scenario.flightNumber)
            json.member("timing_offset_ms", scenario.timingOffset)
            json.member("pose_offset") { json in json.object { flight.error.offset.write(&$0) } }
        }
        return json.bytes + [10]
    }
}

extension StatedPose.Offset {
    fileprivate func write(_ json: inout JSONText) {
        json.member("north_m", north, decimals: 4)
        json.member("east_m", east, decimals: 4)
        json.member("up_m", up, decimals: 4)
        json.member("yaw_deg", yaw, decimals: 4)
        json.member("pitch_deg", pitch, decimals: 4)
        json.member("roll_deg", roll, decimals: 4)
    }
}

extension JSONText {
    fileprivate mutating func raw(member name: String, _ text: String) {
        member(name) { $0.raw(text) }
    }
}
