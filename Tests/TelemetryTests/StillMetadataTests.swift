import Geodesy
import Inspection
import Testing

@testable import Telemetry

@Suite struct `Still pictures` {
    /// A record of a Matrice 4E, as its maker's software writes it.
    static let record = """
        drone-dji:AltitudeType="RtkAlt" drone-dji:GpsStatus="RTK" drone-dji:GpsLatitude="+29.1370012"
        drone-dji:GpsLongitude="+118.4150034" drone-dji:AbsoluteAltitude="+592.502" drone-dji:RelativeAltitude="+451.659"
        drone-dji:GimbalRollDegree="+0.00" drone-dji:GimbalYawDegree="+28.80" drone-dji:GimbalPitchDegree="-60.00"
        drone-dji:FlightRollDegree="+11.20" drone-dji:FlightYawDegree="-73.00" drone-dji:FlightPitchDegree="-9.70"
        drone-dji:FlightXSpeed="3.0" drone-dji:FlightYSpeed="-4.0" drone-dji:CalibratedFocalLength="3725.151611"
        drone-dji:RtkFlag="50" drone-dji:LRFStatus="Normal" drone-dji:LRFTargetDistance="140.577"
        drone-dji:LRFTargetLon="118.4153" drone-dji:LRFTargetLat="29.1376" drone-dji:LRFTargetAbsAlt="469.300"
        drone-dji:UTCAtExposure="2025:05:20 02:12:54.019996" drone-dji:DroneSerialNumber="1581F5BMD228Q00A82XX"
        """

    static func still(_ attributes: String, width: Int = 5280, height: Int = 3956) throws -> StillMetadata {
        var jpeg = JPEGBuilder(width: width, height: height)
        jpeg.dji(attributes)
        return try #require(StillMetadata(header: jpeg.bytes))
    }

    static func sample(_ attributes: String) throws -> TelemetrySample { TelemetrySample(try still(attributes)) }

    @Test func `reads the whole pose of an RTK aircraft`() throws {
        let sample = try Self.sample(Self.record)
        #expect(sample.hasFix)
        #expect(sample.latitude == 29.1370012)
        #expect(sample.longitude == 118.4150034)
        #expect(sample.heightHAE == 592.502)
        #expect(sample.heightMSL == nil)
        #expect(sample.heightAboveTakeoff == 451.659)
        #expect(sample.camera == .earth(Attitude(yaw: 28.8, pitch: -60, roll: 0)))
        #expect(sample.platform == Attitude(yaw: 287, pitch: -9.7, roll: 11.2))
        #expect(sample.groundSpeed == 5)
        #expect(sample.utc?.rfc3339 == "2025-05-20T02:12:54.019996Z")
        // Half of the picture over the focal length, both in pixels.
        #expect(abs((sample.horizontalFieldOfView ?? 0) - 70.65009) < 1e-4)
        #expect(abs((sample.verticalFieldOfView ?? 0) - 55.93527) < 1e-4)
        #expect(
            sample.frameCenter
                == TelemetrySample.StatedPoint(
                    latitude: 29.1376, longitude: 118.4153, heightMSL: nil, heightHAE: 469.3))
        #expect(sample.slantRange == 140.577)
    }

    @Test(arguments: [
        (#"drone-dji:AltitudeType="GpsFusionAlt""#, false), (#"drone-dji:AltitudeType="RtkAlt""#, true),
        (#"drone-dji:RtkFlag="0""#, false), (#"drone-dji:RtkFlag="16""#, true), (#"drone-dji:RtkFlag="50""#, true),
        (#"drone-dji:GpsStatus="RTK""#, true), (#"drone-dji:GpsStatus="GPS""#, false), ("", false),
    ])
    func `tells the datum of the absolute altitude by what gave it`(attribute: String, isEllipsoidal: Bool) throws {
        let sample = try Self.sample(#"drone-dji:AbsoluteAltitude="-24.13" "# + attribute)
        #expect(sample.heightHAE == (isEllipsoidal ? -24.13 : nil))
        #expect(sample.heightMSL == (isEllipsoidal ? nil : -24.13))
    }

    @Test(arguments: ["GpsLongitude", "GpsLongtitude", "Longitude"])
    func `reads the longitude however it is spelt`(name: String) throws {
        let latitude = name == "Longitude" ? "Latitude" : "GpsLatitude"
        let sample = try Self.sample(#"drone-dji:\#(latitude)="+29.1" drone-dji:\#(name)="-118.4""#)
        #expect(sample.longitude == -118.4 && sample.hasFix)
    }

    @Test(arguments: [
        ("0.0000000", "+0.0"), ("91", "10"), ("10", "181"), ("nan", "10"), ("inf", "10"), ("", "10"), ("0x10", "10"),
    ])
    func `takes no false fix`(latitude: String, longitude: String) throws {
        let sample = try Self.sample(#"drone-dji:GpsLatitude="\#(latitude)" drone-dji:GpsLongitude="\#(longitude)""#)
        #expect(!sample.hasFix && sample.latitude == nil && sample.longitude == nil)
    }

    @Test func `a receiver that says its fix is invalid has none`() throws {
        let sample = try Self.sample(
            #"drone-dji:GpsStatus="Invalid" drone-dji:GpsLatitude="29.1" drone-dji:GpsLongitude="118.4""#)
        #expect(!sample.hasFix)
    }

    @Test func `a gimbal of exact zeros was not reported`() throws {
        let sample = try Self.sample(
            """
            drone-dji:GimbalRollDegree="+0.00" drone-dji:GimbalYawDegree="+0.00" drone-dji:GimbalPitchDegree="+0.00"
            drone-dji:FlightRollDegree="-1.60" drone-dji:FlightYawDegree="+138.60" drone-dji:FlightPitchDegree="-17.40"
            """)
        #expect(sample.camera == nil)
        #expect(sample.platform == Attitude(yaw: 138.6, pitch: -17.4, roll: -1.6))
    }

    @Test(arguments: ["TooFar", "NoSignal", "3"])
    func `a range-finder in trouble has no target`(status: String) throws {
        let sample = try Self.sample(
            #"drone-dji:LRFStatus="\#(status)" drone-dji:LRFTargetLat="29.1" drone-dji:LRFTargetLon="118.4""#)
        #expect(sample.frameCenter == nil && sample.slantRange == nil && !sample.isRangeMeasured)
    }

    @Test func `a laser's range is known as measured`() throws { #expect(try Self.sample(Self.record).isRangeMeasured) }

    @Test func `a mapping camera's calibration gives angles and lens`() throws {
        let data = "2022-06-08;3700.10,3699.50,-14.34,6.30,-0.11257524,0.01487443,-0.00008572,0.00000010,-0.02706411"
        let sample = try Self.sample(#"drone-dji:DewarpData="\#(data)" drone-dji:DewarpFlag="0""#)
        let lens = try #require(sample.distortion)
        #expect(
            lens.numbers == [
                -0.11257524, 0.01487443, -0.00008572, 0.00000010, -0.02706411, -14.34 / 5280, 6.30 / 3956,
            ])
        // 2 · atan(5280 / 2 / 3700.10).
        #expect(abs((sample.horizontalFieldOfView ?? 0) - 71.01528) < 1e-4)
        #expect(abs((sample.verticalFieldOfView ?? 0) - 56.26388) < 1e-4)
    }

    @Test(arguments: [
        "", ";", "2022-06-08;1,2,3", "2022-06-08;0,3699,0,0,0,0,0,0,0", "2022-06-08;3700,3699,-14,6,99,0,0,0,0",
        "2022-06-08;3700,3699,-9000,6,0,0,0,0,0", "2022-06-08;a,b,c,d,e,f,g,h,i",
        "1;1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1",
    ])
    func `a calibration that is none is left out`(data: String) throws {
        #expect(try Self.sample(#"drone-dji:DewarpData="\#(data)""#).distortion == nil)
    }

    @Test func `a picture that was straightened has no lens`() throws {
        let data = "2022-06-08;3700.10,3699.50,-14.34,6.30,-0.11,0.01,0,0,0"
        #expect(
            try Self.sample(#"drone-dji:DewarpData="\#(data)" drone-dji:DewarpFlag="1""#).distortion == nil)
    }

    @Test func `reads properties that are elements, under another prefix`() throws {
        var jpeg = JPEGBuilder()
        jpeg.xmp(
            """
            <!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
            <rdf:RDF><rdf:Description xmlns:d='http://www.dji.com/drone-dji/1.0/' d:FlightYawDegree = '+10.5'>
            <!-- <d:GimbalYawDegree>99</d:GimbalYawDegree> -->
            <d:GimbalYawDegree> -20.25 </d:GimbalYawDegree><d:GimbalPitchDegree>-45</d:GimbalPitchDegree>
            <d:Model>a &lt;b&gt; &#38; &#x4E2D; &b;</d:Model></rdf:Description></rdf:RDF>
            """)
        let still = try #require(StillMetadata(header: jpeg.bytes))
        #expect(TelemetrySample(still).camera == .earth(Attitude(yaw: 339.75, pitch: -45, roll: 0)))
        #expect(still.number("drone-dji:FlightYawDegree") == 10.5)
        #expect(still["drone-dji:Model"] == "a <b> & 中 &b;")
    }

    @Test func `puts the parts of an extended packet together`() throws {
        var jpeg = JPEGBuilder()
        jpeg.dji(#"drone-dji:RelativeAltitude="+10""#)
        let packet =
            Array(#"<d:A xmlns:d="http://www.dji.com/drone-dji/1.0/" d:FlightYawDegree="12""#.utf8) + Array("/>".utf8)
        let id = Array("0123456789ABCDEF0123456789ABCDEF".utf8)
        func part(_ range: Range<Int>) -> [UInt8] {
            Array("http://ns.adobe.com/xmp/extension/\0".utf8) + id + [0, 0, 0, UInt8(packet.count)]
                + [0, 0, 0, UInt8(range.lowerBound)] + packet[range]
        }
        jpeg.add(0xE1, part(40..<packet.count))
        jpeg.add(0xE1, part(0..<40))
        let still = try #require(StillMetadata(header: jpeg.bytes))
        #expect(still.number("drone-dji:FlightYawDegree") == 12)
        #expect(still.number("drone-dji:RelativeAltitude") == 10)
    }

    @Test(arguments: [true, false])
    func `reads position, height, time and lens of EXIF`(isLittleEndian: Bool) throws {
        var tiff = TIFFBuilder(isLittleEndian: isLittleEndian)
        tiff.primary = [(0x010F, .text("Maker"))]
        tiff.exif = [
            (0x9003, .text("2025:05:20 10:12:54")), (0x9011, .text("+08:00")), (0x9291, .text("250")),
            (0xA405, .short(24)),
        ]
        tiff.gps = [
            (1, .text("S")), (2, .rationals([(29, 1), (8, 1), (1320, 100)])), (3, .text("W")),
            (4, .rationals([(118, 1), (24, 1), (54, 1)])), (5, .byte(1)), (6, .rationals([(125, 10)])),
        ]
        var jpeg = JPEGBuilder(width: 4000, height: 3000)
        jpeg.exif(tiff.bytes)
        let sample = TelemetrySample(try #require(StillMetadata(header: jpeg.bytes)))
        #expect(abs((sample.latitude ?? 0) + 29.137) < 1e-9)
        #expect(abs((sample.longitude ?? 0) + 118.415) < 1e-9)
        #expect(sample.heightMSL == -12.5)
        #expect(sample.utc?.rfc3339 == "2025-05-20T02:12:54.250000Z")
        // 24 mm by the diagonal: 84.06° across it, at 4:3.
        #expect(abs((sample.horizontalFieldOfView ?? 0) - 71.5915) < 1e-3)
        #expect(abs((sample.verticalFieldOfView ?? 0) - 56.8119) < 1e-3)
    }

    @Test(arguments: [
        (["2025:05:20 10:12:54", "", "", ""], "2025-05-20T10:12:54.000000Z", false),
        (["2025:05:20 10:12:54", "", "2025:05:20", ""], "2025-05-20T02:12:54.500000Z", true),
        (["2025:05:20 10:12:54", "-05:30", "2025:05:20", ""], "2025-05-20T15:42:54.000000Z", true),
        (["2025:05:20 10:12:54", "+08:00", "", "2025-05-20T02:12:55Z"], "2025-05-20T02:12:55.000000Z", true),
        (["0000:00:00 00:00:00", "+08:00", "", ""], nil, false), (["1980:01:01 00:00:00", "", "", ""], nil, false),
        (["    :  :     :  :  ", "", "", ""], nil, false),
    ])
    func `takes the best clock of a picture`(texts: [String], expected: String?, isUTC: Bool) throws {
        var tiff = TIFFBuilder()
        tiff.exif = [(0x9003, .text(texts[0]))]
        if !texts[1].isEmpty { tiff.exif.append((0x9011, .text(texts[1]))) }
        if !texts[2].isEmpty { tiff.gps = [(7, .rationals([(2, 1), (12, 1), (545, 10)])), (29, .text(texts[2]))] }
        var jpeg = JPEGBuilder()
        jpeg.exif(tiff.bytes)
        if !texts[3].isEmpty { jpeg.dji(#"drone-dji:UTCAtExposure="\#(texts[3])""#) }
        let time = StillTime(header: jpeg.bytes)
        #expect(time?.instant.rfc3339 == expected)
        #expect(time?.isUTC ?? false == isUTC)
        // What the picture itself says goes before what somebody stated of its clock.
        let local = time.map { LocalTime(microseconds: $0.instant.microseconds).utc(offset: 28_800) }
        let stated = StillTime(header: jpeg.bytes, utcOffset: 28_800)
        #expect(stated?.instant == (isUTC ? time?.instant : local))
        #expect(stated?.isUTC ?? true)
    }

    @Test func `a truncated or damaged header never harms`() throws {
        var jpeg = JPEGBuilder()
        var tiff = TIFFBuilder()
        tiff.exif = [(0x9003, .text("2025:05:20 10:12:54"))]
        tiff.gps = [(2, .rationals([(29, 1), (8, 1), (1320, 100)]))]
        jpeg.exif(tiff.bytes)
        jpeg.dji(Self.record)
        let bytes = jpeg.bytes
        for length in 0..<bytes.count { _ = StillMetadata(header: Array(bytes[..<length])).map { TelemetrySample($0) } }
        var generator = SeededGenerator(state: 7)
        for _ in 0..<1000 {
            var damaged = bytes
            for _ in 0..<8 {
                damaged[Int(generator.next() % UInt64(damaged.count))] = UInt8(truncatingIfNeeded: generator.next())
            }
            guard let still = StillMetadata(header: damaged) else { continue }
            let sample = TelemetrySample(still)
            #expect(abs(sample.latitude ?? 0) <= 90 && abs(sample.longitude ?? 0) <= 180)
            _ = StillLine(file: "x", still).ndjson
        }
    }

    @Test func `the picture's pose and time reach its frame`() throws {
        var aligner = FrameAligner()
        var jpeg = JPEGBuilder()
        jpeg.dji(Self.record)
        var seen: [FrameMetadata] = []
        for seconds in [0.0, 45, 46] {
            let frame = Frame(
                index: 0, time: .seconds(seconds), ptsMicroseconds: nil, width: 4000, height: 3000, isKey: true,
                arrival: Flight.arrival)
            seen += aligner.add(frame)
            seen += aligner.add(
                MetadataPacket(
                    dialect: .jpeg, bytes: jpeg.bytes, time: .seconds(seconds), ptsMicroseconds: nil, pid: nil,
                    arrival: Flight.arrival))
        }
        #expect(seen.count == 3)
        for frame in seen {
            #expect(frame.utc.rfc3339 == "2025-05-20T02:12:54.019996Z")
            #expect(frame.provenance == .file)
            #expect(frame.poseAge == 0)
            #expect(frame.telemetry?.latitude == 29.1370012)
        }
        #expect(aligner.counters["packets_far_ahead"] == nil)
    }

    @Test func `the line of a picture names its items with their units`() throws {
        let line = StillLine(file: "DJI_0001.JPG", try Self.still(Self.record)).ndjson
        #expect(line.hasPrefix(#"{"kind":"jpeg","file":"DJI_0001.JPG","width":5280,"height":3956,"items":["#))
        #expect(line.contains(#"{"name":"drone-dji:GimbalYawDegree","value":28.8,"unit":"°"}"#))
        #expect(line.contains(#"{"name":"drone-dji:AbsoluteAltitude","value":592.502,"unit":"m"}"#))
        #expect(line.contains(#"{"name":"drone-dji:DroneSerialNumber","value":"1581F5BMD228Q00A82XX"}"#))
        #expect(line.contains(#""name":"drone-dji:CalibratedFocalLength","value":3725.151611,"unit":"px""#))
    }

    @Test(
        arguments: [
            (#"drone-dji:GpsLatitude="0" drone-dji:GpsLongitude="0""#, ["poses_without_fix": 1]),
            (
                #"drone-dji:GpsLatitude="95" drone-dji:GpsLongitude="10""#,
                ["poses_without_fix": 1, "positions_off_the_globe": 1]
            ),
            (
                #"drone-dji:GpsLatitude="nan" drone-dji:GpsLongitude="10""#,
                ["poses_without_fix": 1, "bad_numbers": 1]
            ),
            (
                #"drone-dji:GimbalYawDegree="1" drone-dji:GimbalPitchDegree="-720" drone-dji:GimbalRollDegree="0""#,
                ["implausible_angles": 1]
            ),
            (#"drone-dji:AbsoluteAltitude="+1e30" drone-dji:RelativeAltitude="5""#, ["implausible_heights": 1]),
            (#"drone-dji:UTCAtExposure="1970:01:01 00:00:05""#, ["implausible_times": 1]),
            (#"drone-dji:UTCAtExposure="0000:00:00 00:00:00""#, [:]), (record, [:]),
        ] as [(String, [String: Int64])])
    func `what a picture states and nobody believes is counted`(attributes: String, expected: [String: Int64]) throws {
        let line = StillLine(file: "a.jpg", try Self.still(attributes))
        #expect(line.counters == expected)
        #expect(line.ndjson.contains(#""fix":true"#) == (attributes == Self.record))
        if !expected.isEmpty { #expect(line.ndjson.contains(#""fix":false}}"#)) }
    }

    @Test func `the line has the pose beside its items`() throws {
        let line = StillLine(file: "a.jpg", try Self.still(Self.record)).ndjson
        #expect(
            line.contains(#"],"telemetry":{"utc":"2025-05-20T02:12:54.019996Z","lat":29.1370012,"lon":118.4150034,"#))
    }
}
