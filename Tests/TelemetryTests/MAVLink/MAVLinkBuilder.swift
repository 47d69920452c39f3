import Inspection
import Telemetry
import Testing

/// Frames as a vehicle would send them, made from the definitions with a checksum of its own.
struct MAVLinkBuilder {
    enum Value {
        case number(Double)
        case numbers([Double])
    }

    var version = 2
    var system: UInt8 = 1
    var component: UInt8 = 1
    var sequence: UInt8 = 0
    /// Zeros at the end are sent too.
    var keepsZeros = false
    var flags: UInt8 = 0

    mutating func frame(_ id: UInt32, _ values: [String: Value]) throws -> [UInt8] {
        let definition = try #require(MAVLinkDialect.shared[id])
        var payload: [UInt8] = []
        var used: Set<String> = []
        for field in definition.fields where version == 2 || !field.isExtension {
            let numbers: [Double] =
                switch values[field.name] {
                case .number(let number): [number]
                case .numbers(let numbers): numbers
                case nil: []
                }
            used.insert(field.name)
            for index in 0..<field.count {
                payload += Self.bytes(index < numbers.count ? numbers[index] : 0, field.kind)
            }
        }
        #expect(Set(values.keys).subtracting(used).isEmpty)
        return frame(id, payload: payload, crcExtra: definition.crcExtra)
    }

    mutating func frame(_ id: UInt32, payload whole: [UInt8], crcExtra: UInt8) -> [UInt8] {
        var payload = whole
        while version == 2, !keepsZeros, payload.count > 1, payload.last == 0 { payload.removeLast() }
        var body = [UInt8(payload.count)]
        if version == 2 { body += [flags, 0] }
        body += [sequence, system, component]
        body += (0..<(version == 2 ? 3 : 1)).map { UInt8(truncatingIfNeeded: id >> UInt32(8 * $0)) }
        body += payload
        sequence &+= 1
        let sum = Self.checksum(body + [crcExtra])
        return [version == 2 ? 0xFD : 0xFE] + body + [UInt8(sum & 0xFF), UInt8(sum >> 8)]
            + (flags & 1 != 0 ? Array(repeating: 0xFD, count: 13) : [])
    }

    /// Bit by bit, as the reflected polynomial 0x8408 is written.
    static func checksum(_ bytes: [UInt8]) -> UInt16 {
        bytes.reduce(0xFFFF) { sum, byte in
            (0..<8).reduce(sum ^ UInt16(byte)) { value, _ in value & 1 != 0 ? value >> 1 ^ 0x8408 : value >> 1 }
        }
    }

    private static func bytes(_ value: Double, _ kind: MAVLinkDefinition.Field.Kind) -> [UInt8] {
        let (bits, size): (UInt64, Int) =
            switch kind {
            case .float: (UInt64(Float(value).bitPattern), 4)
            case .double: (value.bitPattern, 8)
            case .int8: (UInt64(UInt8(bitPattern: Int8(value))), 1)
            case .int16: (UInt64(UInt16(bitPattern: Int16(value))), 2)
            case .int32: (UInt64(UInt32(bitPattern: Int32(value))), 4)
            case .int64: (UInt64(bitPattern: Int64(value)), 8)
            case .uint8, .character: (UInt64(UInt8(value)), 1)
            case .uint16: (UInt64(UInt16(value)), 2)
            case .uint32: (UInt64(UInt32(value)), 4)
            case .uint64: (UInt64(value), 8)
            }
        return (0..<size).map { UInt8(truncatingIfNeeded: bits >> UInt64(8 * $0)) }
    }

    // The messages that tests need.

    mutating func heartbeat(autopilot: Double = 3, type: Double = 2) throws -> [UInt8] {
        try frame(0, ["type": .number(type), "autopilot": .number(autopilot), "mavlink_version": .number(3)])
    }

    mutating func position(
        boot: Double, latitude: Double = 28.9, longitude: Double = 118.5, heading: Double = 65_535
    ) throws -> [UInt8] {
        try frame(
            33,
            [
                "time_boot_ms": .number(boot), "lat": .number((latitude * 1e7).rounded()),
                "lon": .number((longitude * 1e7).rounded()), "alt": .number(320_500), "relative_alt": .number(120_250),
                "vx": .number(300), "vy": .number(-400), "hdg": .number(heading),
            ])
    }

    mutating func receiver(
        id: UInt32 = 24, fix: Double = 3, latitude: Double = 28.9, ellipsoidal: Double = 0, time: Double = 0
    ) throws -> [UInt8] {
        var values: [String: Value] = [
            "time_usec": .number(time), "lat": .number((latitude * 1e7).rounded()), "lon": .number(1_185_000_000),
            "alt": .number(320_500), "vel": .number(500), "fix_type": .number(fix),
        ]
        if ellipsoidal != 0 { values["alt_ellipsoid"] = .number(ellipsoidal) }
        return try frame(id, values)
    }

    mutating func attitude(boot: Double, yaw: Double, pitch: Double, roll: Double) throws -> [UInt8] {
        try frame(
            30,
            [
                "time_boot_ms": .number(boot), "yaw": .number(yaw * .pi / 180), "pitch": .number(pitch * .pi / 180),
                "roll": .number(roll * .pi / 180),
            ])
    }
}

/// A record of a telemetry log.
func record(_ frame: [UInt8], at microseconds: Int64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: microseconds >> Int64(56 - 8 * $0)) } + frame
}

func unhex(_ text: String) -> [UInt8] {
    let digits = Array(text.utf8).map { $0 >= 97 ? $0 - 87 : $0 - 48 }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
