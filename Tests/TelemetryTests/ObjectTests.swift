import Geodesy
import Inspection
import KLV
import Testing

@testable import Telemetry

@Suite struct ObjectTests {
    static func target(_ id: UInt64, _ items: [LocalSetItem] = []) -> SeriesElement {
        SeriesElement(id: id, items: items)
    }

    static func vmti(_ targets: [SeriesElement], width: UInt64? = 640, _ more: [LocalSetItem] = []) -> LocalSetItem {
        var items = [LocalSetItem(4, .unsigned(6))]
        if let width { items += [LocalSetItem(8, .unsigned(width)), LocalSetItem(9, .unsigned(width * 3 / 4))] }
        return LocalSetItem(74, .set(items + [LocalSetItem(101, .series(targets))] + more))
    }

    /// Objects of a single frame at the packet's own time.
    private func objects(_ item: LocalSetItem, _ items: [Int: Double] = level(), width: Int = 1280) throws
        -> [FrameObject]
    {
        var flight = Flight()
        flight.packet(try Flight.packet(0, items, [item]), 0)
        flight.frame(0, width: width, height: width * 3 / 4)
        return try #require(flight.aligned().frames.first).objects
    }

    @Test func `scales a box from the analyser's frame to the picture's`() throws {
        // Rows 2 to 4 and columns 3 to 10 of 640.
        let target = Self.target(7, [LocalSetItem(2, .unsigned(643)), LocalSetItem(3, .unsigned(640 * 3 + 10))])
        let object = try #require(try objects(Self.vmti([target])).first)
        #expect(object.box == FrameObject.Box(left: 4, top: 2, right: 20, bottom: 8))
        #expect(object.track == "7")
        #expect(object.label == "")
        #expect(object.confidence == nil)
        // The corners may come in any order.
        let turned = Self.target(7, [LocalSetItem(2, .unsigned(650)), LocalSetItem(3, .unsigned(640 * 3 + 3))])
        let again = try objects(Self.vmti([turned])).first
        #expect(again?.box == object.box)
    }

    @Test func `puts a small box around a centroid, and none where there is no pixel`() throws {
        let pair = Self.target(1, [LocalSetItem(19, .unsigned(100)), LocalSetItem(20, .unsigned(200))])
        let pixel = Self.target(2, [LocalSetItem(1, .unsigned(99 * 640 + 200))])
        let none = Self.target(3)
        let outside = Self.target(4, [LocalSetItem(1, .unsigned(640 * 480 + 1))])
        let zero = Self.target(5, [LocalSetItem(1, .unsigned(0))])
        let found = try objects(Self.vmti([pair, pixel, none, outside, zero]))
        let expected = FrameObject.Box(left: 391, top: 191, right: 407, bottom: 207)
        #expect(found.map(\.box) == [expected, expected, nil, nil, nil])
    }

    @Test func `takes the picture's own size where the analyser never said its`() throws {
        let target = Self.target(1, [LocalSetItem(2, .unsigned(1281)), LocalSetItem(3, .unsigned(1282))])
        let box = try objects(Self.vmti([target], width: nil)).first?.box
        #expect(box == FrameObject.Box(left: 0, top: 1, right: 2, bottom: 2))
    }

    @Test func `names an object by its ontology`() throws {
        let ontologies = LocalSetItem(
            103,
            .series([
                SeriesElement(items: [
                    LocalSetItem(1, .unsigned(1)), LocalSetItem(4, .text("https://example.org/x.owl#WastePile")),
                ]),
                SeriesElement(items: [
                    LocalSetItem(1, .unsigned(2)), LocalSetItem(4, .text("urn:x/Digger")),
                    LocalSetItem(6, .text("挖掘机")),
                ]),
            ]))
        let algorithms = LocalSetItem(
            102, .series([SeriesElement(items: [LocalSetItem(1, .unsigned(9)), LocalSetItem(2, .text("detector"))])]))
        func object(_ ontology: UInt64, _ confidence: Double) -> SeriesElement {
            SeriesElement(items: [LocalSetItem(3, .unsigned(ontology)), LocalSetItem(4, .real(confidence))])
        }
        let targets = [
            Self.target(1, [LocalSetItem(107, .series([object(1, 40)])), LocalSetItem(22, .unsigned(9))]),
            Self.target(
                2, [LocalSetItem(5, .unsigned(70)), LocalSetItem(107, .series([object(1, 20), object(2, 50)]))]),
            Self.target(3, [LocalSetItem(107, .series([object(3, 10)])), LocalSetItem(22, .unsigned(8))]),
            Self.target(
                4, [LocalSetItem(102, .set([LocalSetItem(2, .text("truck"))])), LocalSetItem(5, .unsigned(200))]),
        ]
        let found = try objects(Self.vmti(targets, [ontologies, algorithms]))
        #expect(found.map(\.label) == ["WastePile", "挖掘机", "", "truck"])
        #expect(found.map { $0.confidence.map { ($0 * 1000).rounded() / 1000 } } == [0.4, 0.7, 0.1, nil])
        #expect(found[0].attributes["algorithm"] == .string("detector"))
        #expect(found[2].attributes["algorithm"] == .string("8"))
    }

    @Test func `carries attributes and tracks`() throws {
        let color = LocalSetValue.set([
            LocalSetItem(1, .unsigned(0xDA)), LocalSetItem(2, .unsigned(0xA5)), LocalSetItem(3, .unsigned(0x20)),
        ])
        let tracker = LocalSetValue.set([LocalSetItem(1, .text("f592f023-7336-4af8-aa91-62c00f2eb2da"))])
        let target = Self.target(
            1,
            [
                LocalSetItem(4, .unsigned(2)), LocalSetItem(6, .unsigned(30)), LocalSetItem(8, color),
                LocalSetItem(23, .unsigned(3)), LocalSetItem(104, tracker),
            ])
        let object = try #require(try objects(Self.vmti([target])).first)
        #expect(
            object.attributes == [
                "priority": .number(2), "history": .number(30), "color": .string("#daa520"),
                "detectionStatus": .string("stopped"),
            ])
        #expect(object.track == "f592f023-7336-4af8-aa91-62c00f2eb2da")
    }

    @Test func `takes the stated position, or the frame centre with its offsets`() throws {
        let stated = Self.target(
            1, [LocalSetItem(17, ST0903.location(latitude: 28.91, longitude: 118.51, height: 150, sigma: (1, 2, 3)))])
        let offset = [LocalSetItem(10, .real(0.01)), LocalSetItem(11, .real(-0.02))]
        let targets = [
            stated, Self.target(2, offset + [LocalSetItem(12, .real(200))]), Self.target(3, offset), Self.target(4),
            Self.target(5, [LocalSetItem(17, ST0903.location(latitude: 0, longitude: 0, height: 0))]),
        ]
        let found = try objects(Self.vmti(targets), level([23: 28.9, 24: 118.5]))
        let first = try #require(found[0].statedPosition)
        #expect(abs(first.point.latitude - 28.91) < 1e-6)
        #expect(abs(first.point.height - 150) < 1)
        #expect(first.sigma.map { ($0 * 10).rounded(.toNearestOrEven) } == SIMD3(10, 20, 30))
        let second = try #require(found[1].statedPosition)
        #expect(abs(second.point.latitude - 28.91) < 1e-4)
        #expect(abs(second.point.longitude - 118.48) < 1e-4)
        #expect(second.sigma == nil)
        // Without a height above the ellipsoid an offset is no position.
        #expect(found[2].statedPosition == nil)
        #expect(found[3].statedPosition == nil)
        #expect(found[4].statedPosition == nil)
        let withHeight = try objects(Self.vmti([Self.target(3, offset)]), level([23: 28.9, 24: 118.5, 78: 90]))
        #expect(abs((withHeight.first?.statedPosition?.point.height ?? 0) - 90) < 0.2)
    }

    @Test(arguments: [(0.0, 0), (0.019, 0), (0.021, 1), (0.06, 1), (0.061, 2)])
    func `gives the objects of a packet to the one nearest frame`(time: Double, frame: Int) throws {
        let packet = try Flight.packet(time, level(), [Self.vmti([Self.target(1)])])
        for order in 0..<3 {
            var flight = Flight()
            if order == 0 { flight.packet(packet, time) }
            flight.frame(0)
            if order == 1 { flight.packet(packet, time) }
            flight.frame(0.04)
            flight.frame(0.08)
            if order == 2 { flight.packet(packet, time) }
            let (frames, counters) = flight.aligned()
            #expect(frames.map(\.objects.count) == (0..<3).map { $0 == frame ? 1 : 0 }, "order \(order)")
            #expect(counters["objects"] == 1)
        }
    }

    @Test func `counts objects that no frame is near to`() throws {
        var flight = Flight()
        flight.packet(try Flight.packet(0, level(), [Self.vmti([Self.target(1), Self.target(2)])]), 0)
        flight.frame(3)
        flight.frame(3.04)
        let (frames, counters) = flight.aligned()
        #expect(frames.map(\.objects.count) == [0, 0])
        #expect(counters["objects_unaligned"] == 2)
    }

    @Test func `reads standalone VMTI beside the pose`() throws {
        var flight = Flight()
        try flight.pose(0, level())
        let set = try ST0903.encode([
            LocalSetItem(2, .unsigned(UInt64(Flight.start))), LocalSetItem(8, .unsigned(640)),
            LocalSetItem(101, .series([Self.target(4, [LocalSetItem(1, .unsigned(1))])])),
        ])
        flight.packet(set, 0, pid: 0x102)
        flight.frame(0)
        let frame = try #require(flight.aligned().frames.first)
        #expect(frame.objects.map(\.track) == ["4"])
        #expect(frame.telemetry?.hasFix == true)
    }
}
