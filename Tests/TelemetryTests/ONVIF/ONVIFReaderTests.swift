import Inspection
import Testing

@testable import Telemetry

struct ONVIFReaderTests {
    /// What a reader said and counted.
    private struct Answer {
        var readings: [MetadataReading] = []
        var counts: [String: Int] = [:]
    }

    private static func read(_ text: String, size: Int = 1 << 20, time: RunningTime? = nil) -> Answer {
        var answer = Answer()
        var names: [String] = []
        var reader = ONVIFReader()
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = Array(bytes[start..<min(start + size, bytes.count)])
            answer.readings += reader.read(piece, time: time, isUnit: start == 0) { names.append($0) }
        }
        answer.readings += reader.finish { names.append($0) }
        for name in names { answer.counts[name, default: 0] += 1 }
        return answer
    }

    private static func document(_ frames: String, root: String = "MetadataStream") -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <tt:\(root) xmlns:tt="http://www.onvif.org/ver10/schema"><tt:VideoAnalytics>\(frames)</tt:VideoAnalytics></tt:\(root)>
        """
    }

    private static func frame(_ content: String, _ transformation: String = "") -> String {
        "<tt:Frame UtcTime=\"2026-08-20T03:04:05.5Z\">\(transformation)\(content)</tt:Frame>"
    }

    private static func object(_ appearance: String) -> String {
        "<tt:Object ObjectId=\"7\"><tt:Appearance>\(appearance)</tt:Appearance></tt:Object>"
    }

    private static func objects(_ appearance: String) throws -> FrameObject {
        try #require(read(document(frame(object(appearance)))).readings.first?.objects.first)
    }

    private static func expect(
        _ box: FrameObject.Box?, _ wanted: [Double], _ location: SourceLocation = #_sourceLocation
    ) {
        let edges = box.map { [$0.left, $0.top, $0.right, $0.bottom] } ?? []
        #expect(
            edges.count == 4 && zip(edges, wanted).allSatisfy { abs($0 - $1) < 1e-5 }, "\(edges)",
            sourceLocation: location)
    }

    private static let pixels =
        #"<tt:Transformation><tt:Translate x="-1.0" y="-1.0"/><tt:Scale x="0.003125" y="0.00416667"/></tt:Transformation>"#

    private static func box(_ left: String, _ top: String, _ right: String, _ bottom: String) -> String {
        "<tt:Shape><tt:BoundingBox left=\"\(left)\" top=\"\(top)\" right=\"\(right)\" bottom=\"\(bottom)\"/></tt:Shape>"
    }

    @Test func `reads the specification's example in pixels of 640 by 480, y up`() throws {
        let answer = Self.read(
            Self.document(Self.frame(Self.object(Self.box("20.0", "80.0", "100.0", "30.0")), Self.pixels)))
        let reading = try #require(answer.readings.first)
        #expect(reading.utc?.rfc3339 == "2026-08-20T03:04:05.500000Z")
        #expect(reading.boxUnit == .shares && reading.reportsObjects)
        #expect(reading.objects.first?.track == "7")
        #expect(reading.objects.first?.label == "" && reading.objects.first?.confidence == nil)
        Self.expect(reading.objects.first?.box, [20 / 640, 1 - 80 / 480, 100 / 640, 1 - 30 / 480])
        #expect(answer.counts == ["documents": 1, "frames": 1, "objects": 1])
    }

    @Test func `without a transformation coordinates are normalised`() throws {
        Self.expect(try Self.objects(Self.box("-0.5", "0.5", "0", "-1")).box, [0.25, 0.25, 0.5, 1])
    }

    @Test func `a transformation may turn y down, and an object's own lies within the frame's`() {
        let down =
            #"<tt:Transformation><tt:Translate x="-1" y="1"/><tt:Scale x="0.001" y="-0.002"/></tt:Transformation>"#
        let plain = Self.read(Self.document(Self.frame(Self.object(Self.box("500", "100", "1000", "600")), down)))
        Self.expect(plain.readings.first?.objects.first?.box, [0.25, 0.1, 0.5, 0.6])
        #expect(plain.counts["boxes_upside_down"] == nil)
        // 500 + 100 × 2 = 700 to 500 + 200 × 2 = 900; 100 + 50 = 150 to 100 + 250 = 350.
        let own =
            #"<tt:Transformation><tt:Translate x="500" y="100"/><tt:Scale x="2"/></tt:Transformation>"#
        let nested = Self.read(Self.document(Self.frame(Self.object(own + Self.box("100", "50", "200", "250")), down)))
        Self.expect(nested.readings.first?.objects.first?.box, [0.35, 0.15, 0.45, 0.35])
    }

    @Test(arguments: [
        ("0.5", "1.5", "1.4", "0", "boxes_cut"), ("0", "0", "1511", "1535", "boxes_refused_outside"),
        ("1.2", "0.5", "1.4", "0", "boxes_refused_outside"), ("0", "0.5", "0", "0", "boxes_refused_outside"),
        ("NaN", "0.5", "1", "0", "boxes_without_edges"), ("0,1", "0.5", "1", "0", "boxes_without_edges"),
        ("1e300", "0.5", "1", "0", "boxes_refused_outside"), ("0", "0.2", "0.5", "0.6", "boxes_upside_down"),
    ])
    func `counts boxes that are not right`(left: String, top: String, right: String, bottom: String, name: String) {
        let answer = Self.read(Self.document(Self.frame(Self.object(Self.box(left, top, right, bottom)))))
        #expect(answer.counts[name] == 1, "\(answer.counts)")
        let hasBox = name == "boxes_cut" || name == "boxes_upside_down"
        #expect((answer.readings.first?.objects.first?.box != nil) == hasBox)
        if name == "boxes_cut" { Self.expect(answer.readings.first?.objects.first?.box, [0.75, 0, 1, 0.5]) }
    }

    @Test func `gives no box when the transformation cannot be read`() {
        let bad = #"<tt:Transformation><tt:Translate x="-1" y="one"/></tt:Transformation>"#
        for text in [
            Self.frame(Self.object(Self.box("0", "1", "1", "0")), bad),
            Self.frame(Self.object(bad + Self.box("0", "1", "1", "0"))),
        ] {
            let answer = Self.read(Self.document(text))
            #expect(answer.readings.first?.objects.first?.box == nil)
            #expect(answer.counts["boxes_without_transformation"] == 1)
        }
    }

    @Test func `takes the outline of polygons where there is no box`() throws {
        let points = [("-0.5", "0.25"), ("0.5", "-0.25"), ("0", "0.75")].map { "<tt:Point x='\($0.0)' y='\($0.1)'/>" }
        let shape = "<tt:Shape><tt:Polygon>\(points.joined())</tt:Polygon></tt:Shape>"
        Self.expect(try Self.objects(shape).box, [0.25, 0.125, 0.75, 0.625])
    }

    @Test(
        arguments: [
            ("<tt:Type Likelihood='0.8'>Vehicle</tt:Type><tt:Type Likelihood='0.75'>Car</tt:Type>", "Vehicle", 0.8),
            ("<tt:Type Likelihood='0.7'>Vehicle</tt:Type><tt:Type Likelihood='0.75'>Car</tt:Type>", "Car", 0.75),
            (
                "<tt:ClassCandidate><tt:Type>Human</tt:Type><tt:Likelihood>0.6</tt:Likelihood></tt:ClassCandidate>"
                    + "<tt:ClassCandidate><tt:Type>Animal</tt:Type><tt:Likelihood>0.4</tt:Likelihood></tt:ClassCandidate>",
                "Human", 0.6
            ),
            (
                "<tt:ClassCandidate><tt:Type>Other</tt:Type><tt:Likelihood>0.9</tt:Likelihood></tt:ClassCandidate>"
                    + "<tt:Type Likelihood='0.55'>Head</tt:Type>", "Head", 0.55
            ),
            (
                "<tt:ClassCandidate><tt:Type>Other</tt:Type><tt:Likelihood>0.9</tt:Likelihood></tt:ClassCandidate>"
                    + "<tt:Extension><tt:OtherTypes><tt:Type>Drone</tt:Type><tt:Likelihood>0.9</tt:Likelihood>"
                    + "</tt:OtherTypes></tt:Extension>", "Drone", 0.9
            ),
            ("<tt:Type Likelihood='87'>Vehicle</tt:Type><tt:Type Likelihood='0.2'>Car</tt:Type>", "Vehicle", nil),
            ("<tt:Type Likelihood='nan'>Vehicle</tt:Type><tt:Type Likelihood='0.2'>Car</tt:Type>", "Vehicle", nil),
            ("<tt:Type>Vehicle</tt:Type><tt:Type Likelihood='0.2'>Car</tt:Type>", "Vehicle", nil),
            ("<tt:Type Likelihood='0.2'>Car</tt:Type><tt:Type Likelihood='87'>Vehicle</tt:Type>", "Car", 0.2),
            ("<tt:Type> 渣土车 </tt:Type>", "渣土车", nil), ("<tt:Type Likelihood='85'>Human</tt:Type>", "Human", nil),
            ("", "", nil),
        ] as [(String, String, Double?)])
    func `the label is the surest class, as it came`(classes: String, label: String, confidence: Double?) throws {
        let object = try Self.objects("<tt:Class>\(classes)</tt:Class>")
        #expect(object.label == label)
        #expect(object.confidence == confidence)
    }

    @Test func `puts what else is said into attributes`() throws {
        let content = """
            <tt:Object ObjectId="14" Parent="12"><tt:Appearance>
            <tt:Color><tt:ColorCluster><tt:Color X="1" Y="2" Z="3" Colorspace="http://www.onvif.org/ver10/colorspace/RGB"/>
            <tt:Weight>0.3</tt:Weight></tt:ColorCluster><tt:ColorCluster><tt:Color X="76" Y="85" Z="255"/>
            <tt:Weight>0.5</tt:Weight></tt:ColorCluster></tt:Color>
            <tt:Class><tt:Type Likelihood="0.8">Vehicle</tt:Type><tt:Type Likelihood="0.3">Truck</tt:Type></tt:Class>
            <tt:GeoLocation lon="113.5" lat="22.25" elevation="12.5"/>
            <tt:VehicleInfo><tt:Type Likelihood="0.9">Truck</tt:Type><tt:Brand>A&amp;B</tt:Brand></tt:VehicleInfo>
            </tt:Appearance><tt:Behaviour><tt:Idle/><tt:Speed>1.25</tt:Speed><tt:Direction yaw="-90"/></tt:Behaviour></tt:Object>
            <tt:ObjectTree><tt:Split><tt:From ObjectId="12"/><tt:To ObjectId="14"/><tt:To ObjectId="12"/></tt:Split>
            <tt:Delete ObjectId="3"/></tt:ObjectTree>
            """
        let answer = Self.read(Self.document(Self.frame(content)))
        let object = try #require(answer.readings.first?.objects.first)
        #expect(
            object.attributes == [
                "parent": .string("12"), "color": .string("#fe0000"), "class.Truck": .number(0.3),
                "latitude": .number(22.25), "longitude": .number(113.5), "height_msl_m": .number(12.5),
                "vehicle_type": .string("Truck"), "vehicle_brand": .string("A&B"), "idle": .bool(true),
                "speed_mps": .number(1.25), "direction_deg": .number(-90), "split_from": .string("12"),
            ])
        #expect(object.statedPosition == nil)
        #expect(answer.counts["tracks_deleted"] == 1)
    }

    @Test func `without a class the label is the surest kind of vehicle`() throws {
        let object = try Self.objects(
            "<tt:VehicleInfo><tt:Type Likelihood='0.3'>Car</tt:Type><tt:Brand>X</tt:Brand></tt:VehicleInfo>"
                + "<tt:VehicleInfo><tt:Type Likelihood='0.6'>Bus</tt:Type></tt:VehicleInfo>")
        #expect(object.label == "Bus" && object.confidence == 0.6)
        #expect(object.attributes == ["vehicle_type": .string("Bus")])
    }

    @Test func `knows objects by UUID where they have no number`() throws {
        let object = "<tt:Object UUID='a-1' ParentUUID='a-0'/>"
        let found = try #require(Self.read(Self.document(Self.frame(object))).readings.first?.objects.first)
        #expect(found.track == "a-1")
        #expect(found.attributes == ["parent": .string("a-0")])
    }

    @Test(arguments: ["lon='0' lat='0'", "lon='113' lat='95'", "lon='nan' lat='2'", "lat='22'"])
    func `a position off the globe, or half a one, is none`(attributes: String) throws {
        #expect(try Self.objects("<tt:GeoLocation \(attributes)/>").attributes.isEmpty)
    }

    @Test(
        arguments: [
            ("2008-10-10T12:24:57.321", "2008-10-10T12:24:57.321000Z"),
            ("2016-9-1T2:24:57Z", "2016-09-01T02:24:57.000000Z"),
            ("2026-08-20T11:04:05.1234567890123+08:00", "2026-08-20T03:04:05.123456Z"),
            ("1970-01-01T00:00:09Z", nil), ("2026-08-20", nil), ("now", nil), ("", nil), ("2026-13-01T00:00:00Z", nil),
            ("2026-08-20T03:04:05-", nil), ("2026-08-20T03:04:05.Z", "2026-08-20T03:04:05.000000Z"),
        ] as [(String, String?)])
    func `reads times as devices write them`(text: String, expected: String?) throws {
        let answer = Self.read(Self.document("<tt:Frame UtcTime='\(text)'/>"))
        let reading = try #require(answer.readings.first)
        #expect(reading.utc?.rfc3339 == expected)
        #expect(reading.reportsObjects && reading.objects.isEmpty)
        let refused = (answer.counts["implausible_times"] ?? 0) + (answer.counts["frames_without_time"] ?? 0)
        #expect(refused == (expected == nil ? 1 : 0))
    }

    @Test func `leaves events, PTZ and foreign elements alone, and counts them`() throws {
        let text = """
            <tt:MetaDataStream xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:w="http://docs.oasis-open.org/wsn/b-2"
              xmlns:v="urn:vendor"><tt:Event><w:NotificationMessage><w:Message><tt:Frame UtcTime="2026-01-01T00:00:00Z"/>
            </w:Message></w:NotificationMessage></tt:Event><tt:PTZ><tt:PTZStatus><tt:Position/></tt:PTZStatus></tt:PTZ>
            <v:Frame UtcTime="2026-01-01T00:00:00Z"/><tt:VideoAnalytics><tt:Frame UtcTime="2026-01-02T00:00:00Z" Source="AOA">
            <v:Object ObjectId="1"/><tt:Object ObjectId="2"><v:Appearance/><tt:Extension><tt:Appearance><tt:Class>
            <tt:Type>No</tt:Type></tt:Class></tt:Appearance></tt:Extension></tt:Object></tt:Frame></tt:VideoAnalytics>
            </tt:MetaDataStream>
            """
        let answer = Self.read(text)
        #expect(answer.readings.count == 1)
        #expect(answer.readings.first?.stream == "AOA")
        #expect(answer.readings.first?.objects.map(\.track) == ["2"])
        #expect(answer.readings.first?.objects.first?.label == "")
        #expect(answer.counts["events"] == 1 && answer.counts["ptz_statuses"] == 1)
    }

    @Test func `reads other prefixes, a default namespace, and a prefix that nobody bound`() {
        let inner = "Frame UtcTime='2026-01-01T00:00:00Z'"
        for text in [
            "<x:MetadataStream xmlns:x='http://www.onvif.org/ver10/schema'><x:\(inner)/></x:MetadataStream>",
            "<MetadataStream xmlns='http://www.onvif.org/ver10/schema'><\(inner)/></MetadataStream>",
            "<tt:MetadataStream><tt:VideoAnalytics><tt:\(inner)></tt:Frame></tt:VideoAnalytics></tt:MetadataStream>",
            "<tt:\(inner) xmlns:tt='http://www.onvif.org/ver10/schema'/>",
        ] {
            #expect(Self.read(text).readings.count == 1)
        }
    }

    @Test(arguments: [1, 13, 100])
    func `gives the same however the bytes are cut`(size: Int) {
        let one = Self.document(Self.frame(Self.object(Self.box("20", "80", "100", "30")), Self.pixels))
        let text = "\u{FEFF}" + one + "\u{0}\n" + one
        let whole = Self.read(text)
        let cut = Self.read(text, size: size)
        #expect(whole.readings.count == 2)
        #expect(cut.readings == whole.readings && cut.counts == whole.counts)
    }

    @Test func `drops the frame that is cut off, and reads the next document`() {
        let one = Self.document(Self.frame(Self.object("")))
        let answer = Self.read(String(one.prefix(220)) + one)
        #expect(answer.readings.count == 1)
        #expect(answer.counts["documents"] == 1)
        #expect((answer.counts["documents_truncated"] ?? 0) + (answer.counts["documents_refused_malformed"] ?? 0) == 1)
    }

    @Test(arguments: ["<tt:Frame UtcTime='", "<!-- never ended", "<![CDATA[", "<tt:Object>", "<?x "])
    func `a new document in a packet of its own is read, whatever was left open`(end: String) {
        let one = Self.document(Self.frame(Self.object("")))
        let head = one.split(separator: "<tt:VideoAnalytics>")[0]
        var reader = ONVIFReader()
        var names: [String] = []
        #expect(reader.read(Array((head + end).utf8)) { names.append($0) }.isEmpty)
        #expect(reader.read(Array(("\u{FEFF}" + one).utf8)) { names.append($0) }.count == 1)
        #expect(names.contains("documents_truncated"))
    }

    @Test func `the packet's time goes to its newest frame`() {
        let text = Self.document(
            "<tt:Frame UtcTime='2026-08-20T03:04:05.4Z'/><tt:Frame UtcTime='2026-08-20T03:04:05.0Z'/><tt:Frame/>")
        let answer = Self.read(text, time: .seconds(20))
        #expect(answer.readings.map { $0.time?.seconds ?? 0 } == [20, 19.6, 20])
        #expect(answer.counts["frames_out_of_order"] == 1)
    }

    @Test func `holds no more than a thousand objects`() {
        let many = String(repeating: Self.object(""), count: ONVIFScene.objectLimit + 5)
        let answer = Self.read(Self.document(Self.frame(many)))
        #expect(answer.readings.first?.objects.count == ONVIFScene.objectLimit)
        #expect(answer.counts["objects_dropped"] == 5)
    }
}
