import Foundation
import Geodesy
import Inspection
import Testing

@testable import Telemetry

/// Made-up subtitles in the form of every generation.
struct DJISubtitleTests {
    private func read(_ text: String, _ options: DJISubtitleOptions = DJISubtitleOptions()) -> (DJISubtitle?, [String])
    {
        var decoder = DJISubtitleDecoder(options: options)
        var names: [String] = []
        let subtitle = decoder.decode(Array(text.utf8)) { names.append($0) }
        return (subtitle, names)
    }

    private func expect(
        _ text: String, _ latitude: Double?, _ longitude: Double?, takeoff: Double? = nil, msl: Double? = nil,
        local: String? = nil, location: SourceLocation = #_sourceLocation
    ) {
        let sample = read(text).0?.sample
        #expect(sample?.latitude == latitude, sourceLocation: location)
        #expect(sample?.longitude == longitude, sourceLocation: location)
        #expect(sample?.hasFix == (latitude != nil), sourceLocation: location)
        #expect(sample?.heightAboveTakeoff == takeoff, sourceLocation: location)
        #expect(sample?.heightMSL == msl, sourceLocation: location)
        #expect(sample?.heightHAE == nil, sourceLocation: location)
        #expect(sample?.utc == nil, sourceLocation: location)
        #expect(read(text).0?.localTime?.iso8601 == local, sourceLocation: location)
    }

    // MARK: Generations

    @Test func `reads the plain lines of the Phantom 3`() {
        expect(
            "HOME(151.2100,-33.8600) 2016.3.7 9:01:05\nGPS(151.2111,-33.8622,14) Hb:21.5 Hs:20.9\nISO:100 TV:60 EV: 0 IR:F2.8",
            -33.8622, 151.2111, takeoff: 21.5, local: "2016-03-07T09:01:05.000000")
    }

    @Test(arguments: ["Fnum:2.2", "Fnum:F2.8"])
    func `reads the plain lines of the Mavic Pro`(last: String) {
        expect(
            "HOME(12.1000,48.2000) 2018.08.05 14:11:51\nGPS(12.1022,48.2033,16) BAROMETER:-1.9\nISO:100 Shutter:60 EV: \(last)",
            48.2033, 12.1022, takeoff: -1.9, local: "2018-08-05T14:11:51.000000")
    }

    @Test func `reads the one line of the Mavic Mini`() {
        let text =
            "F/2.8, SS 320.15, ISO 100, EV +0.7, DZOOM 1.000, GPS (-70.5, 45.25, 17), D 221.21m, H 20.70m, H.S 3.50m/s, V.S n/a"
        expect(text, 45.25, -70.5, takeoff: 20.7)
        #expect(read(text).0?.sample.groundSpeed == 3.5)
        #expect(read(text.replacing("3.50m/s", with: "n/a")).0?.sample.groundSpeed == nil)
    }

    @Test(arguments: ["GPS", "RTK"], ["°", "Â°", "\u{FFFD}", ""])
    func `reads the one line of the Phantom 4 RTK, whose angles are pitch, roll, yaw`(name: String, degree: String) {
        let text =
            "F/5.6, SS 400, ISO 100, EV 0, \(name) (-58.5, -34.25, 15), HOME (-58.4, -34.2, -57.98m), D 698.70m, H 85.80m, H.S 2.88m/s, V.S 0.00m/s, F.PRY (2.7D, -7.0D, -110.5D), G.PRY (-24.4D, 0.0D, 110.4D)"
        let sample = read(text.replacing("D)", with: degree + ")").replacing("D,", with: degree + ",")).0?.sample
        #expect(sample?.latitude == -34.25)
        #expect(sample?.longitude == -58.5)
        #expect(sample?.heightAboveTakeoff == 85.8)
        #expect(sample?.heightMSL == nil)
        #expect(sample?.platform == Attitude(yaw: 249.5, pitch: 2.7, roll: -7))
        #expect(sample?.camera == .earth(Attitude(yaw: 110.4, pitch: -24.4, roll: 0)))
        #expect(sample?.groundSpeed == 2.88)
    }

    @Test func `reads the Matrice 300, whose latitude stands first`() {
        expect(
            "2022.06.21 16:06:17\nGPS(36.6146,-6.1120,0.0M) BAROMETER:0.3M", 36.6146, -6.112, takeoff: 0.3,
            local: "2022-06-21T16:06:17.000000")
        expect(
            "2023.08.07 20:10:01\nGPS(-41.3899,174.0177,131.5M) BAROMETER:97.7M", -41.3899, 174.0177, takeoff: 97.7,
            msl: 131.5, local: "2023-08-07T20:10:01.000000")
    }

    @Test func `reads the Mavic Air, which says no position`() {
        let text =
            "<font size=\"36\">FrameCnt : 1, DiffTime : 39ms\n2018-02-19 08:04:51,265,847\n[iso : 100] [shutter : 1/240.0] [fnum : 280] [ev : 0] [ct : 5627] </font>"
        expect(text, nil, nil, local: "2018-02-19T08:04:51.265847")
        #expect(read(text).1 == ["poses_without_fix"])
    }

    @Test func `reads the Mavic 2 with its misspelt longitude and its focal length in tenths`() throws {
        let text =
            "<font size=\"36\">FrameCnt : 218, DiffTime : 41ms\n2019-04-01 10:00:00,320,933\n[iso : 110] [shutter : 1/1250.0] [fnum : 280] [ev : 0] [ct : 5174] [color_md : default] [focal_len : 480] [latitude : -35.080155] [longtitude : -60.286702] [altitude: 213.983002] </font>"
        expect(text, -35.080155, -60.286702, msl: 213.983002, local: "2019-04-01T10:00:00.320933")
        #expect(read(text).0?.focalLength == 48)
        #expect(read(text).0?.zoom == nil)
    }

    @Test func `reads the attitude of the airframe of the Mavic 2 Enterprise`() {
        let text =
            "<font size=\"36\">FrameCnt : 4, DiffTime : 114ms\n2022-09-08 06:26:55,549,370\n[color_md : default] [dzoom_ratio: 20000, delta:0],[latitude: -36.891878] [longtitude: 174.703095] [altitude: 51.773998] [Drone: Yaw:-62.5, Pitch:2.7, Roll:1.6] </font>"
        let said = read(text).0
        #expect(said?.sample.platform == Attitude(yaw: 297.5, pitch: 2.7, roll: 1.6))
        #expect(said?.sample.camera == nil)
        #expect(said?.sample.heightMSL == 51.773998)
        #expect(said?.zoom == 2)
        #expect(said?.sample.horizontalFieldOfView == nil)
    }

    @Test func `reads the Air 2 and the Air 2S`() {
        let text =
            "<font size=\"36\">SrtCnt : 1, DiffTime : 33ms\n2022-08-07 13:40:40,774,808\n[iso : 100] [shutter : 1/80.0] [fnum : 280] [ev : 0] [ct : 5744] [color_md : default] [focal_len : 240] [latitude: 41.424724] [longitude: 2.234156] [altitude: 117.000000] </font>"
        expect(text, 41.424724, 2.234156, msl: 117, local: "2022-08-07T13:40:40.774808")
        #expect(read(text).0?.focalLength == 24)
    }

    @Test func `reads the Mavic 3 and the Mini 3`() {
        let text =
            "<font size=\"28\">FrameCnt: 1, DiffTime: 20ms\n2021-12-25 12:27:52.373\n[iso: 220] [shutter: 1/8000.0] [fnum: 3.2] [ev: 0] [ct: 5115] [color_md : default] [focal_len: 24.00] [latitude: 3.41531] [longitude: -3.37440] [rel_alt: -2.400 abs_alt: 0.401] </font>"
        expect(text, 3.41531, -3.3744, takeoff: -2.4, msl: 0.401, local: "2021-12-25T12:27:52.373000")
        #expect(read(text).0?.focalLength == 24)
    }

    @Test func `reads the gimbal and the zoom of the M30 and the Mavic 3 Enterprise`() {
        let text =
            "<font size=\"28\">FrameCnt: 1, DiffTime: 33ms\n2026-08-12 14:00:54.744\n[iso: 100] [shutter: 1/944.10] [fnum: 3.7] [ev: 0] [color_md : default] [ae_meter_md: 1] [focal_len: 240.70] [dzoom_ratio: 2.00], [latitude: 39.480800] [longitude: 73.592544] [rel_alt: 1162.281 abs_alt: 5160.425] [gb_yaw: -178.5 gb_pitch: -56.6 gb_roll: 0.0] </font>"
        let said = read(text).0
        expect(text, 39.4808, 73.592544, takeoff: 1162.281, msl: 5160.425, local: "2026-08-12T14:00:54.744000")
        #expect(said?.sample.camera == .earth(Attitude(yaw: 181.5, pitch: -56.6, roll: 0)))
        #expect(said?.focalLength == 240.7)
        #expect(said?.zoom == 2)
    }

    @Test func `reads the H20 with its empty line, its lone number and its aircraft beside its gimbal`() {
        let file =
            "1\n00:00:00,000 --> 00:00:00,036\n< font size=\"28\" >SrtCnt : 1, DiffTime : 36ms\n2024-02-28 00:13:26.240\n[fnum: 1.0] [focal_len: 52.00] [dzoom: 1.79] \n[latitude: -44.228930] [longitude: 171.193573] [rel_alt: 40.050 abs_alt: 104.235] \n[drone_speedx: 3.0 drone_speedy: -4.0 drone_speedz: 0.0] \n[drone_yaw: -19.5 drone_pitch: -3.3 drone_roll: 0.5] \n[gb_yaw: -35.5 gb_pitch: -30.3 gb_roll: 0.0] \n\n0\n[dzoom_ratio: 17871, delta:0] < /font >\n\n2\n00:00:00,036 --> 00:00:00,072\n[latitude: 1.0] [longitude: 2.0]\n"
        var inspector = DJISubtitleInspector()
        var lines: [TelemetryLine] = []
        inspector.read(Array(file.utf8)) { lines.append($0) }
        inspector.finish { lines.append($0) }
        #expect(lines.count == 2)
        #expect(lines.map(\.ptsMicroseconds) == [0, 36_000])
        #expect(lines.first?.sample.platform == Attitude(yaw: 340.5, pitch: -3.3, roll: 0.5))
        #expect(lines.first?.sample.camera == .earth(Attitude(yaw: 324.5, pitch: -30.3, roll: 0)))
        #expect(lines.first?.sample.groundSpeed == 5)
        #expect(lines.first?.zoom == 1.7871)
        #expect(inspector.counters["subtitles"] == 2)
        #expect(inspector.counters["poses"] == 2)
    }

    @Test func `reads groups of one value each, and a gimbal without its roll`() {
        let said = read("[latitude : 40.5] [longitude : -74.25] [gb_yaw : 45.25] [gb_pitch : -15.5]").0
        #expect(said?.sample.camera == .earth(Attitude(yaw: 45.25, pitch: -15.5, roll: 0)))
        #expect(read("[latitude : 40.5] [longitude : -74.25] [gb_pitch : -15.5]").0?.sample.camera == nil)
    }

    @Test func `reads hemispheres where they are written`() {
        let text =
            "HOME(W: 70.000000, S: 20.000000) 2023-04-05 12:00:01\nGPS(W: 70.000001, S: 20.000002, 001.01m) \nISO:100"
        expect(text, -20.000002, -70.000001, msl: 1.01, local: "2023-04-05T12:00:01.000000")
    }

    @Test func `reads what matroska and browsers escape`() {
        expect("&lt;font size=&quot;28&quot;&gt;[latitude: 3.5] [longitude: -3.25]&lt;/font&gt;", 3.5, -3.25)
    }

    @Test func `passes over debug text between the brackets`() {
        expect(
            "[cmpr: lens pos = 37(stat 18), x]\n[RGBGain:(2253, 1000, 1730)] [latitude: 3.5] [longitude: 4.5]\nAf Rect(X:0, Y:0, W:0, H:0), A.T (126,109)",
            3.5, 4.5)
    }

    // MARK: Which is the latitude

    @Test(arguments: [
        ("GPS(149.0,-20.5,16)", -20.5, 149.0), ("GPS(-20.5,149.0,16)", -20.5, 149.0),
        ("GPS (12.5, 48.5, 9)", 48.5, 12.5),
        ("GPS(48.5,12.5,80.0M)", 48.5, 12.5), ("GPS(149.0,-20.5,80.0M)", -20.5, 149.0), ("GPS(12.5,48.5)", 48.5, 12.5),
        ("HOME(48.5,91.0) GPS(48.5,89.9,9)", 48.5, 89.9), ("HOME(91.0,48.5) GPS(89.9,48.5,0.0M)", 48.5, 89.9),
    ])
    func `tells latitude from longitude`(text: String, latitude: Double, longitude: Double) {
        let sample = read(text).0?.sample
        #expect(sample?.latitude == latitude)
        #expect(sample?.longitude == longitude)
    }

    @Test func `remembers the order that a value proved, for its form only`() {
        var decoder = DJISubtitleDecoder()
        func latitude(_ text: String) -> Double? { decoder.decode(Array(text.utf8)) { _ in }?.sample.latitude }
        #expect(latitude("GPS(10.5,91.0,9)") == 10.5)
        #expect(latitude("GPS(10.5,89.0,9)") == 10.5)
        #expect(latitude("GPS(10.5,89.0,9.0M)") == 10.5)
        #expect(latitude("GPS(91.5,10.0,9.0M)") == 10)
        #expect(latitude("GPS(89.5,10.0,9.0M)") == 10)
        #expect(latitude("GPS(10.5,89.0,9)") == 10.5)
    }

    // MARK: What is not believed

    @Test(arguments: [
        ("GPS(0.0000,0.0000,0) BAROMETER:1.9", "poses_without_fix"),
        ("[latitude: 0.000000] [longitude: 0.000000] [rel_alt: 1.900 abs_alt: 5.5]", "poses_without_fix"),
        ("[latitude: 91.5] [longitude: 4.0] [rel_alt: 1.9]", "positions_off_the_globe"),
        ("[latitude: 1.5] [longitude: 181.0] [rel_alt: 1.9]", "positions_off_the_globe"),
        ("GPS(120.5,91.0,9) BAROMETER:1.9", "positions_off_the_globe"),
        ("[latitude: nan] [longitude: 4.0] [rel_alt: 1.9]", "poses_without_fix"),
        ("[latitude: n/a] [longitude: n/a] [rel_alt: 1.9]", "poses_without_fix"),
        ("GPS(n/a,n/a,0) BAROMETER:1.9", "poses_without_fix"),
        ("[latitude: 3.5] [rel_alt: 1.9]", "poses_without_fix"),
    ])
    func `keeps false positions out and the rest in`(text: String, counter: String) {
        let (said, names) = read(text)
        #expect(said?.sample.latitude == nil)
        #expect(said?.sample.longitude == nil)
        #expect(said?.sample.hasFix == false)
        #expect(said?.sample.heightAboveTakeoff == 1.9)
        #expect(names.contains(counter))
        #expect(names.contains("poses_without_fix"))
    }

    @Test func `takes an altitude of zero without a fix for none, and exact zeros for angles not reported`() {
        #expect(read("[latitude: 0.0] [longitude: 0.0] [altitude: 0.000000]").0?.sample.heightMSL == nil)
        #expect(read("[latitude: 1.0] [longitude: 0.0] [altitude: 0.000000]").0?.sample.heightMSL == 0)
        let still = read("[latitude: 1.0] [longitude: 1.0] [gb_yaw: 0.0 gb_pitch: 0.0 gb_roll: 0.0]")
        #expect(still.0?.sample.camera == nil)
    }

    @Test func `counts heights and angles that cannot be`() {
        let (said, names) = read(
            "[latitude: 1.5] [longitude: 2.5] [rel_alt: 99999 abs_alt: -9999] [gb_yaw: 900 gb_pitch: 1]")
        #expect(names.sorted() == ["implausible_angles", "implausible_heights", "implausible_heights"])
        #expect(said?.sample.heightAboveTakeoff == nil)
        #expect(said?.sample.heightMSL == nil)
        #expect(said?.sample.camera == nil)
        #expect(said?.sample.hasFix == true)
    }

    @Test(arguments: [
        "[iso: 100] [latitude: 39.4] [longitude: 7", "GPS(149.0251,-20.25", "F.PRY (2.7, -7.0",
        "<font size=\"28\">FrameCnt: 1\n2021-12-25 12:27:52.373\n[iso: 2",
    ])
    func `drops what breaks off within brackets`(text: String) {
        #expect(read(text).0 == nil)
        #expect(read(text).1 == ["subtitles_cut"])
    }

    @Test func `does not take a height that was cut before its unit`() {
        #expect(read("GPS (-70.5, 45.25, 17), D 2.80m, H 2").0?.sample.heightAboveTakeoff == nil)
        #expect(read("GPS (-70.5, 45.25, 17), D 2.80m, H 20.5m").0?.sample.heightAboveTakeoff == 20.5)
    }

    @Test(arguments: [
        "", "Where are you going?", "[music]", "- Yes: no.\n- No (twice)", "♪ la la ♪", "12:30 at 3 o'clock",
    ])
    func `takes what people say for no telemetry`(text: String) {
        #expect(read(text).0 == nil)
        #expect(read(text).1 == ["subtitles_without_telemetry"])
    }

    @Test func `survives any bytes and any length`() {
        let seed = Array(
            "<font>GPS (-58.5, -34.2, 15), H 85.8m [Drone: Yaw:-62.1, Pitch:2.7] [latitude: 1.5] &lt; 2021-12-25 12:27:52.373"
                .utf8)
        var state: UInt64 = 3
        var decoder = DJISubtitleDecoder()
        for _ in 0..<2000 {
            var bytes = seed
            for _ in 0..<6 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
            }
            _ = decoder.decode(bytes) { _ in }
        }
        for piece in ["[", "(", "a:", "a: b:", "[a: b:", "<", "&lt;", "1", "9.", "2021-", "GPS(", "- "] {
            let text = Array(String(repeating: piece, count: 70_000 / piece.utf8.count).utf8)
            _ = decoder.decode(text) { _ in }
        }
    }

    // MARK: Time and lens

    @Test func `says UTC only when the offset of the clock is known`() {
        let text = "2022.06.21 16:06:17\nGPS(36.6146,-6.1120,0.0M) BAROMETER:0.3M"
        var decoder = DJISubtitleDecoder(options: DJISubtitleOptions(utcOffset: 7200))
        let first = decoder.read(Array(text.utf8), at: .seconds(1)) { _ in }
        #expect(first.first?.utc?.rfc3339 == "2022-06-21T14:06:17.000000Z")
        #expect(first.first?.sample?.utc == first.first?.utc)
        var names: [String] = []
        let second = decoder.read(Array(text.replacing("16:06", with: "15:06").utf8), at: .seconds(2)) {
            names.append($0)
        }
        #expect(second.count == 1)
        #expect(second.first?.utc == nil)
        #expect(names == ["wall_clocks_put_back"])
        var plain = DJISubtitleDecoder()
        #expect(plain.read(Array(text.utf8), at: .seconds(1)) { _ in }.first?.utc == nil)
    }

    @Test func `gives no reading of a subtitle that goes back in time`() {
        var decoder = DJISubtitleDecoder()
        var names: [String] = []
        let text = Array("[latitude: 1.5] [longitude: 2.5]".utf8)
        #expect(decoder.read(text, at: .seconds(5)) { names.append($0) }.map(\.time) == [.seconds(5)])
        #expect(decoder.read(text, at: .seconds(4)) { names.append($0) }.isEmpty)
        #expect(decoder.read(text, at: .seconds(5)) { names.append($0) }.count == 1)
        #expect(names == ["subtitles_out_of_order"])
    }

    @Test(
        arguments: [
            // 43.2666 mm of diagonal on 16:9.
            ("[iso: 1] [focal_len: 24.00]", nil, 76.308, 47.683), ("[iso: 1] [focal_len : 240]", nil, 76.308, 47.683),
            ("[iso: 1] [focal_len: 24.00] [dzoom_ratio: 2.00]", nil, 42.891, 24.919),
            ("[iso: 1] [focal_len: 24.00] [dzoom_ratio: 20000, delta:0]", nil, 42.891, 24.919),
            ("[focal_len: 40.00] [dzoom_ratio: 1.00]", nil, 45.791, 37.336),
            ("[iso: 1] [focal_len: 24.00]", 4.0 / 3, 71.592, 56.812),
        ] as [(String, Double?, Double, Double)])
    func `makes angles of the focal length over the diagonal`(
        text: String, aspect: Double?, horizontal: Double, vertical: Double
    ) throws {
        let sample = try #require(read(text, DJISubtitleOptions(aspect: aspect)).0?.sample)
        #expect(abs(try #require(sample.horizontalFieldOfView) - horizontal) < 0.002)
        #expect(abs(try #require(sample.verticalFieldOfView) - vertical) < 0.002)
    }

    @Test func `reads the one altitude of the FPV in tens of metres`() {
        let text =
            "<font size=\"28\">SrtCnt : 1, DiffTime : 16ms\n2022-01-02 03:04:05.678\n[latitude: 1.5] [longitude: 2.5] [altitude: 12.5] </font>"
        #expect(read(text).0?.sample.heightMSL == 125)
        #expect(read(text.replacing("28", with: "36")).0?.sample.heightMSL == 12.5)
        #expect(read(text.replacing("05.678", with: "05,678,100")).0?.sample.heightMSL == 12.5)
        #expect(
            read(text.replacing("[altitude: 12.5]", with: "[rel_alt: 1.0 abs_alt: 12.5]")).0?.sample.heightMSL == 12.5)
    }
}
