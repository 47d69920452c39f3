import Telemetry
import Testing

/// A log of eight messages that pymavlink wrote, and the lines it is shown as.
@Suite struct MAVLinkGoldenTests {
    /// Heartbeat, a position of 0,0, time, receiver with both heights, attitude, field of view, a gimbal whose yaw is from
    /// the heading, and a position.
    static let log = unhex(
        "00063679013d4800fd090000000101000000000000000203510403e71e00063679013d4be8fd1c0000010101210000e8"
            + "03000000000000000000000000000000000000000000000000fffffa4600063679013d4fd0fd0a0000020101020000e0"
            + "a6350179360600e803fe9200063679013ed670fd210000030101180000e0c810000000000040ca391140aaa146f4e304"
            + "0050007800aa0094110312cc0b05975400063679013eda58fd1000000401011e0000b004000035fa0e3d35fa8ebde4cb"
            + "16c050b400063679013ede40fd3400000001640f010007000000ffffff7fffffff7fffffff7f50f1391150d1a146400d"
            + "03000000803f00000000000000000000000000007a4200001a421bf700063679013ee228fd30000000019a1d01000900"
            + "00005e836c3f0000000015efc3be00000000000000000000000000000000000000002c0000000000c07f0000c07f5e9d"
            + "00063679013fa578fd1c00000501012100001405000040ca391140aaa146f4e30400bad501002c0170fe0000e4573b33")

    static func lines(givesMessages: Bool) throws -> [String] {
        var inspector = try #require(MAVLinkInspector(header: log, givesMessages: givesMessages))
        var lines: [String] = []
        inspector.read(log) { lines.append($0.ndjson ?? "") }
        inspector.finish { lines.append($0.ndjson ?? "") }
        return lines
    }

    @Test func `a position is shown with what was known at it`() throws {
        #expect(
            try Self.lines(givesMessages: false) == [
                #"{"kind":"telemetry","dialect":"mavlink","stream":"1","utc":"2025-06-01T02:00:00.001000Z",""#
                    + #"speed_mps":0,"fix":false}"#,
                #"{"kind":"telemetry","dialect":"mavlink","stream":"1","utc":"2025-06-01T01:59:59.800000Z",""#
                    + #"lat":28.9,"lon":118.5,"heights":{"hae_m":330.7,"msl_m":320.5,"above_takeoff_m":120.25},"ai"#
                    + #"rcraft":{"yaw_deg":224.99999965837733,"pitch_deg":-3.999999969014533,"roll_deg":1.99999998"#
                    + #"45072665},"gimbal":{"yaw_deg":224.99999965837733,"pitch_deg":-45.00000058248967,"roll_deg""#
                    + #":0,"frame":"earth"},"camera":{"hfov_deg":62.5,"vfov_deg":38.5},"speed_mps":5,"fr"#
                    + #"ame_center":{"lat":28.901,"lon":118.501,"msl_m":200},"fix":true}"#,
            ])
    }

    @Test func `a message is shown with its raw fields`() throws {
        let lines = try Self.lines(givesMessages: true)
        #expect(lines.count == 8)
        #expect(
            lines[2] == #"{"kind":"mavlink","msgid":2,"name":"SYSTEM_TIME","sysid":1,"compid":1,"seq":2,"version":2,"#
                + #""utc":"2025-06-01T02:00:00.002000Z","fields":{"time_unix_usec":1748743199500000,"time_boot"#
                + #"_ms":1000}}"#)
        #expect(
            lines[6] == #"{"kind":"mavlink","msgid":285,"name":"GIMBAL_DEVICE_ATTITUDE_STATUS","sysid":1,"compid":15"#
                + #"4,"seq":0,"version":2,"utc":"2025-06-01T02:00:00.105000Z","fields":{"time_boot_ms":9,"q":["#
                + #"0.9238795042037964,0,-0.3826834261417389,0],"angular_velocity_x":0,"angular_velocity_y":0,"#
                + #""angular_velocity_z":0,"failure_flags":0,"flags":44,"target_system":0,"target_component":0"#
                + #","delta_yaw":null,"delta_yaw_velocity":null,"gimbal_device_id":0}}"#)
    }
}
