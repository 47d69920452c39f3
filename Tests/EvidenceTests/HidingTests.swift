import Evidence
import Inspection
import Testing

@Suite struct HidingTests {
    @Test(
        arguments: [
            ("person", .person), ("Person", .person), ("workers", .person), ("no_mask_worker", .person),
            ("workerWithoutHelmet", .person), ("worker.no_dust_mask", .person), ("工人", .person), ("未戴安全帽人员", .person),
            ("policeman", .person), ("personnel", .person), ("head", .head), ("no_mask", .head), ("NoHelmet", .head),
            ("hard-hat", .head), ("face", .head), ("person_head", .head), ("人脸", .head), ("未戴口罩", .head),
            ("安全帽", .head), ("license_plate", .plate), ("car licence-plate", .plate), ("车牌", .plate), ("car", .vehicle),
            ("trucks", .vehicle), ("dump_truck", .vehicle), ("渣土车", .vehicle), ("挖掘机", .vehicle),
            ("vehicles", .vehicle), ("违停车辆", .vehicle), ("工人工作", .person), ("无人机操作员", .person),
            ("Vehicle-3", .vehicle),
            ("", .unnamed), ("17", .unnamed), (" ", .unnamed), ("garbage", nil), ("water_surface", nil),
            ("bulkhead", nil), ("cargo", nil), ("template", nil),
            ("无人机", nil), ("停车场", nil), ("码头", nil), ("石头", nil), ("illegal_building", nil), ("class 17", nil),
            ("🚛", nil),
        ] as [(String, SensitiveLabels.Class?)])
    func `knows by a label what a person could be known by`(label: String, expected: SensitiveLabels.Class?) {
        #expect(SensitiveLabels().class(of: label) == expected)
    }

    @Test func `takes words of the settings besides its own`() {
        var labels = SensitiveLabels()
        labels.added = [.person: ["巡查", "beekeeper"], .vehicle: ["barge"], .plate: ["rego"], .head: ["beard"]]
        #expect(labels.class(of: "巡查组") == .person)
        #expect(labels.class(of: "Old_Beekeeper") == .person)
        #expect(labels.class(of: "barge") == .vehicle)
        #expect(labels.class(of: "rego") == .plate)
        #expect(labels.class(of: "beard") == .head)
        #expect(labels.class(of: "truck") == .vehicle)
    }

    @Test func `an endless label costs no more than a long one`() {
        #expect(SensitiveLabels().class(of: String(repeating: "x", count: 1 << 20) + " person") == nil)
        #expect(SensitiveLabels().class(of: "person " + String(repeating: "人", count: 1 << 18)) == .person)
    }

    private static func object(
        _ label: String, _ left: Double, _ top: Double, _ right: Double, _ bottom: Double,
        kind: FrameObject.Kind = .detected
    ) -> FrameObject {
        FrameObject(
            kind: kind, label: label, confidence: 0.9, box: .init(left: left, top: top, right: right, bottom: bottom))
    }

    /// Pixels of a picture of 1000 × 1000.
    private static func part(_ object: FrameObject, isUpright: Bool = true) -> [Int]? {
        guard
            case .parts(let parts)? = HidingRules().hidden([object], width: 1000, height: 1000, isUpright: isUpright),
            parts.count == 1
        else { return nil }
        return [parts[0].left, parts[0].top, parts[0].right, parts[0].bottom].map { Int(($0 * 1000).rounded()) }
    }

    @Test func `of somebody who stands the upper part is hidden, with a margin`() {
        // 40 % of 200 is 80; its longer side 80 gives 12, and 4 pixels.
        #expect(Self.part(Self.object("worker", 100, 300, 180, 500)) == [84, 284, 196, 396])
    }

    @Test(
        arguments: [
            object("worker", 100, 300, 300, 380), object("worker", 100, 300, 120, 340),
            object("worker", 100, 300, 180, 500, kind: .mark),
        ]) func `of who lies, is small or was marked by hand all is hidden`(object: FrameObject) throws
    {
        let box = try #require(object.box)
        let part = try #require(Self.part(object))
        #expect(Double(part[1]) < box.top && Double(part[3]) > box.bottom)
    }

    @Test func `where up in the picture is not up in the world all of them is hidden`() throws {
        #expect(try #require(Self.part(Self.object("person", 100, 300, 180, 500), isUpright: false))[3] > 500)
        #expect(try #require(Self.part(Self.object("truck", 100, 300, 180, 500), isUpright: false))[1] < 300)
    }

    @Test func `of a vehicle the lower part is hidden, of heads and plates all`() {
        #expect(Self.part(Self.object("truck", 100, 300, 400, 400)) == [51, 311, 449, 449])
        #expect(Self.part(Self.object("head", 100, 100, 120, 120)) == [93, 93, 127, 127])
        #expect(Self.part(Self.object("车牌", 100, 100, 140, 110)) == [90, 90, 150, 120])
    }

    @Test func `what is of no concern hides nothing`() {
        let rules = HidingRules()
        #expect(rules.hidden([Self.object("garbage", 0, 0, 9, 9)], width: 100, height: 100, isUpright: true) == nil)
        #expect(rules.hidden([], width: 100, height: 100, isUpright: true) == nil)
        #expect(rules.hidden([Self.object("head", 500, 0, 600, 9)], width: 100, height: 100, isUpright: true) == nil)
    }

    @Test(
        arguments: [
            (.nan, 0, 1, 1), (0, .infinity, 1, 1), (0, 0, -.infinity, 1), (0, 0, 1, .nan),
        ] as [(Double, Double, Double, Double)])
    func `a box that is no number hides all`(box: (Double, Double, Double, Double)) {
        let object = Self.object("person", box.0, box.1, box.2, box.3)
        #expect(HidingRules().hidden([object], width: 100, height: 100, isUpright: true) == .everything)
    }

    @Test func `somebody without a box hides all, and so does a picture without a size`() {
        let nowhere = FrameObject(label: "person", confidence: nil, box: nil)
        #expect(HidingRules().hidden([nowhere], width: 100, height: 100, isUpright: true) == .everything)
        let some = Self.object("person", 0, 0, 9, 9)
        #expect(HidingRules().hidden([some], width: 0, height: 100, isUpright: true) == .everything)
    }

    @Test func `empty, inverted and boundless boxes are hidden like others`() throws {
        #expect(Self.part(Self.object("head", 50, 50, 50, 50)) == [46, 46, 54, 54])
        #expect(Self.part(Self.object("head", 120, 120, 100, 100)) == [93, 93, 127, 127])
        #expect(Self.part(Self.object("head", -1e308, -1e308, 1e308, 1e308)) == [0, 0, 1000, 1000])
        #expect(Self.part(Self.object("person", -1e308, -1e308, 1e308, 1e308)) == [0, 0, 1000, 1000])
    }

    @Test func `a crowd hides all`() {
        let heads = (0..<HidingRules.limit).map { Self.object("head", Double($0), 0, Double($0) + 2, 2) }
        guard case .parts(let parts)? = HidingRules().hidden(heads, width: 1000, height: 9, isUpright: true) else {
            Issue.record("not in parts")
            return
        }
        #expect(parts.count == HidingRules.limit)
        let more = heads + [Self.object("head", 900, 0, 902, 2)]
        #expect(HidingRules().hidden(more, width: 1000, height: 9, isUpright: true) == .everything)
        let many = (0..<200_000).map { _ in Self.object("head", 1, 1, 2, 2) }
        #expect(HidingRules().hidden(many, width: 1000, height: 9, isUpright: true) == .everything)
    }
}

@Suite struct SeenPartsTests {
    private static let head = FrameObject(
        label: "head", confidence: nil, box: .init(left: 10, top: 10, right: 20, bottom: 20))

    private static func frame(_ seconds: Double, _ objects: [FrameObject], lookedFor: [String] = []) -> FrameMetadata {
        var metadata = FrameMetadata(
            frame: Frame(
                index: 0, time: .seconds(seconds), ptsMicroseconds: nil, width: 100, height: 100, isKey: true,
                arrival: UTCTime(microseconds: 0)),
            utc: UTCTime(microseconds: 0), provenance: .file, telemetry: nil, poseAge: nil, objects: objects)
        metadata.lookedFor = lookedFor
        return metadata
    }

    private static func hidden(
        _ seen: SeenParts, _ seconds: Double, drift: Double = 0, own: FrameObject? = nil
    ) -> HiddenParts? {
        seen.hidden(
            at: .seconds(seconds), drift: drift, own: own, width: 100, height: 100, isUpright: true)
    }

    private static func count(_ hidden: HiddenParts?) -> Int? {
        if case .parts(let parts)? = hidden { parts.count } else { nil }
    }

    private static func rules(_ unlisted: HidingRules.Unlisted) -> HidingRules {
        var rules = HidingRules()
        rules.unlisted = unlisted
        return rules
    }

    @Test func `hides whom the frames around show too`() {
        let seen = SeenParts(rules: HidingRules())
        seen.begin(reach: 0.5)
        let waste = FrameObject(label: "garbage", confidence: nil, box: .init(left: 1, top: 1, right: 2, bottom: 2))
        for step in 0..<30 { seen.note(Self.frame(Double(step), [waste]), isUpright: true) }
        seen.note(Self.frame(9.7, [Self.head]), isUpright: true)
        #expect(Self.count(Self.hidden(seen, 10)) == 1)
        #expect(Self.count(Self.hidden(seen, 11)) == 0)
        #expect(Self.count(Self.hidden(seen, 11, drift: 1)) == 1)
        #expect(Self.count(Self.hidden(seen, 11, own: Self.head)) == 1)
    }

    @Test func `where frames show different views, each is by itself`() {
        let seen = SeenParts(rules: HidingRules())
        seen.begin(reach: 0)
        seen.note(Self.frame(1, [Self.head]), isUpright: true)
        seen.note(Self.frame(1.2, [], lookedFor: ["person"]), isUpright: true)
        #expect(Self.count(Self.hidden(seen, 1.2)) == 0)
        #expect(Self.hidden(seen, 1.3) == .everything)
    }

    @Test func `of an unlisted frame leaves what the policy says`() {
        let unlisted = Self.frame(1, [])
        for (policy, expected) in [(.coarse, .everything), (.withhold, nil), (.send, .parts([]))]
            as [(HidingRules.Unlisted, HiddenParts?)]
        {
            let seen = SeenParts(rules: Self.rules(policy))
            seen.begin(reach: 0.5)
            seen.note(unlisted, isUpright: true)
            #expect(Self.hidden(seen, 1) == expected)
        }
        #expect(Self.count(Self.hidden(SeenParts(rules: Self.rules(.send)), 1, own: Self.head)) == 1)
        #expect(Self.hidden(SeenParts(rules: Self.rules(.withhold)), 1, own: Self.head) == nil)
    }

    @Test func `a person's mark is no list, and lists without people are none`() {
        let seen = SeenParts(rules: HidingRules())
        var mark = Self.head
        mark.kind = .mark
        seen.note(Self.frame(1, [mark]), isUpright: true)
        #expect(Self.hidden(seen, 1) == .everything)
        var blind = HidingRules()
        blind.listsNamePeople = false
        let other = SeenParts(rules: blind)
        other.note(Self.frame(1, [Self.head]), isUpright: true)
        #expect(Self.hidden(other, 1) == .everything)
    }

    @Test func `another stream forgets, and old frames go`() {
        let seen = SeenParts(rules: HidingRules())
        seen.note(Self.frame(1, [Self.head]), isUpright: true)
        seen.begin(reach: 0.5)
        #expect(Self.hidden(seen, 1) == .everything)
        for step in 0..<70_000 { seen.note(Self.frame(Double(step), [], lookedFor: ["person"]), isUpright: true) }
        #expect(Self.hidden(seen, 1) == .everything)
        #expect(Self.count(Self.hidden(seen, 69_999)) == 0)
    }

    @Test func `what hides all hides all of its neighbours`() {
        let seen = SeenParts(rules: HidingRules())
        seen.begin(reach: 0.5)
        seen.note(Self.frame(2, [Self.head]), isUpright: true)
        seen.note(Self.frame(1.8, [FrameObject(label: "person", confidence: nil, box: nil)]), isUpright: true)
        #expect(Self.hidden(seen, 2) == .everything)
    }
}
