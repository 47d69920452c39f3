internal import Geodesy

/// Reads the bodies of records. What a body lacks or holds too much is ``LogDamage``; nothing traps.
struct MetadataLogFrame {
    private var memory = LogMemory()
    private var texts: [String] = []

    static func header(_ record: inout LogReading) throws(LogDamage) -> MetadataLogHeader {
        guard let gateway = Name(try record.text()), let source = Name(try record.text()),
            let flight = FlightID(try record.text())
        else { throw LogDamage() }
        var header = MetadataLogHeader(
            gateway: gateway, source: source, flight: flight, content: try record.text(),
            writtenAt: UTCTime(microseconds: try record.signed()))
        for _ in 0..<(try record.count(ofSize: 2)) {
            header.rules.append(.init(id: try record.text(), version: try record.text()))
        }
        header.placement.errors.horizontal = try record.number()
        header.placement.errors.vertical = try record.number()
        header.placement.errors.yaw = try record.number()
        header.placement.errors.pitch = try record.number()
        header.placement.errors.roll = try record.number()
        header.placement.errors.ground = try record.number()
        header.placement.errors.pixel = try record.number()
        header.placement.errors.time = try record.number()
        let flags = try record.byte()
        header.placement.hasGeoid = flags & 2 != 0
        if flags & 1 != 0 { header.placement.groundHeight = try record.number() }
        if flags & 4 != 0 { header.placement.fieldOfView.horizontal = try record.number() }
        if flags & 8 != 0 { header.placement.fieldOfView.vertical = try record.number() }
        if flags & 16 != 0 { header.placement.fieldOfView.diagonal = try record.number() }
        if flags & 32 != 0 {
            header.placement.errors.focal = try record.number()
            header.placement.errors.principal = try record.number()
            header.placement.errors.jitter = try record.number()
            header.placement.errors.angleJitter = try record.number()
        }
        if flags & 64 != 0 {
            var numbers: [Double] = []
            for _ in 0..<7 { numbers.append(try record.number()) }
            header.placement.distortion = LensDistortion(numbers: numbers)
        }
        header.placement.poseAgeLimit = try record.number()
        header.joining.openAfterSightings = try record.wholeNumber()
        header.joining.joinRadius = try record.number()
        return header
    }

    /// A frame; one that is read by itself forgets all before it.
    mutating func frame(_ record: inout LogReading, isKey: Bool) throws(LogDamage) -> FrameMetadata {
        if isKey { self = MetadataLogFrame() }
        memory.beginFrame()
        let flags = try record.byte()
        let clocks = try record.byte()
        let index = try wholeStep(&record)
        let time = RunningTime(nanoseconds: try step(&record))
        let utc = UTCTime(microseconds: try step(&record))
        let arrival = UTCTime(microseconds: try step(&record))
        let (width, height) = (try wholeStep(&record), try wholeStep(&record))
        let pts = try step(&record, isThere: flags & 2 != 0)
        let carrier = try step(&record, isThere: flags & 4 != 0)
        let poseUTC = try step(&record, isThere: flags & 32 != 0)
        var frame = Frame(
            index: index, time: time, ptsMicroseconds: pts, width: width, height: height, isKey: flags & 1 != 0,
            arrival: arrival)
        if let carrier {
            frame.carrierTime = CarrierTime(
                utc: UTCTime(microseconds: carrier), provenance: try UTCProvenance(code: clocks >> 4))
        }
        let poseAge = try number(&record)
        let clockError = try sureNumber(&record)
        if flags & 64 != 0 {
            memory.lookedFor = []
            for _ in 0..<(try record.count()) { memory.lookedFor.append(try text(&record)) }
        }
        var motion: CameraMotion?
        if flags & 128 != 0 {
            motion = CameraMotion(
                velocity: Vector(try sureNumber(&record), try sureNumber(&record), try sureNumber(&record)),
                turn: Vector(try sureNumber(&record), try sureNumber(&record), try sureNumber(&record)))
        }
        if flags & 8 != 0 {
            frame.picture = PictureFeatures(
                luma: try sureNumber(&record), contrast: try sureNumber(&record), sharpness: try sureNumber(&record),
                motion: try number(&record))
        }
        var sample: TelemetrySample?
        if flags & 16 != 0 {
            sample = try telemetry(&record)
            sample?.utc = poseUTC.map { UTCTime(microseconds: $0) }
        }
        var objects: [FrameObject] = []
        for _ in 0..<(try record.count(ofSize: 3)) { objects.append(try object(&record)) }
        guard record.left == 0 else { throw LogDamage() }
        var metadata = FrameMetadata(
            frame: frame, utc: utc, provenance: try UTCProvenance(code: clocks & 0xF), telemetry: sample,
            poseAge: poseAge, objects: objects)
        metadata.clockError = clockError
        metadata.motion = motion
        metadata.lookedFor = memory.lookedFor
        return metadata
    }

    private mutating func number(_ record: inout LogReading) throws(LogDamage) -> Double? {
        let value: Double? = record.skipsNone() ? nil : try record.number(after: memory.predicted)
        memory.note(value)
        return value
    }

    private mutating func sureNumber(_ record: inout LogReading) throws(LogDamage) -> Double {
        guard let value = try number(&record) else { throw LogDamage() }
        return value
    }

    private mutating func step(_ record: inout LogReading) throws(LogDamage) -> Int64 {
        let value = memory.predictedStep &+ (try record.signed())
        memory.noteStep(value)
        return value
    }

    private mutating func step(_ record: inout LogReading, isThere: Bool) throws(LogDamage) -> Int64? {
        if isThere { return try step(&record) }
        memory.noteStep(nil)
        return nil
    }

    private mutating func wholeStep(_ record: inout LogReading) throws(LogDamage) -> Int {
        guard let value = Int(exactly: try step(&record)) else { throw LogDamage() }
        return value
    }

    private mutating func text(_ record: inout LogReading) throws(LogDamage) -> String {
        let number = try record.varint()
        guard number == 0 else {
            guard number <= UInt64(texts.count) else { throw LogDamage() }
            return texts[Int(number) - 1]
        }
        let text = try record.text()
        // As the writer does: a text that equals a known one in other bytes gets no number.
        if texts.count < MetadataLogFormat.textLimit, known.insert(text).inserted { texts.append(text) }
        return text
    }

    private var known: Set<String> = []

    private mutating func telemetry(_ record: inout LogReading) throws(LogDamage) -> TelemetrySample {
        var sample = TelemetrySample()
        let flags = try record.byte()
        sample.hasFix = flags & 16 != 0
        sample.isRangeMeasured = flags & 32 != 0
        sample.latitude = try number(&record)
        sample.longitude = try number(&record)
        sample.heightMSL = try number(&record)
        sample.heightHAE = try number(&record)
        sample.heightAboveTakeoff = try number(&record)
        sample.horizontalFieldOfView = try number(&record)
        sample.verticalFieldOfView = try number(&record)
        sample.slantRange = try number(&record)
        sample.groundSpeed = try number(&record)
        sample.zoom = try number(&record)
        if flags & 4 != 0 { sample.platform = try attitude(&record) }
        switch flags & 3 {
        case 0: break
        case 1: sample.camera = .body(try attitude(&record))
        case 2: sample.camera = .earth(try attitude(&record))
        default: throw LogDamage()
        }
        if flags & 8 != 0 { sample.frameCenter = try point(&record) }
        for _ in 0..<(try record.count(ofSize: 4)) { sample.corners.append(try point(&record)) }
        if flags & 64 != 0 {
            var numbers: [Double] = []
            for _ in 0..<7 { numbers.append(try sureNumber(&record)) }
            sample.distortion = LensDistortion(numbers: numbers)
        }
        return sample
    }

    private mutating func attitude(_ record: inout LogReading) throws(LogDamage) -> Attitude {
        Attitude(yaw: try sureNumber(&record), pitch: try sureNumber(&record), roll: try sureNumber(&record))
    }

    private mutating func point(_ record: inout LogReading) throws(LogDamage) -> TelemetrySample.StatedPoint {
        TelemetrySample.StatedPoint(
            latitude: try sureNumber(&record), longitude: try sureNumber(&record), heightMSL: try number(&record),
            heightHAE: try number(&record))
    }

    private mutating func object(_ record: inout LogReading) throws(LogDamage) -> FrameObject {
        let flags = try record.byte()
        var object = FrameObject(
            kind: flags & 1 != 0 ? .mark : .detected, label: try text(&record), confidence: try number(&record),
            box: nil)
        if flags & 2 != 0 {
            object.box = FrameObject.Box(
                left: try sureNumber(&record), top: try sureNumber(&record), right: try sureNumber(&record),
                bottom: try sureNumber(&record))
        }
        if flags & 4 != 0 { object.track = try text(&record) }
        if flags & 8 != 0 {
            for _ in 0..<(try record.count(ofSize: 2)) {
                let name = try text(&record)
                object.attributes[name] = try attribute(&record)
            }
        }
        guard flags & 16 != 0 else { return object }
        let point = GeodeticPoint(
            latitude: try sureNumber(&record), longitude: try sureNumber(&record), height: try sureNumber(&record))
        var sigma: SIMD3<Double>?
        if flags & 32 != 0 {
            sigma = SIMD3(try sureNumber(&record), try sureNumber(&record), try sureNumber(&record))
        }
        object.statedPosition = FrameObject.StatedPosition(point: point, sigma: sigma)
        return object
    }

    private mutating func attribute(_ record: inout LogReading) throws(LogDamage) -> FrameObject.Attribute {
        switch try record.byte() {
        case 0: .string(try text(&record))
        case 1: .number(try record.number())
        case 2: .bool(false)
        case 3: .bool(true)
        default: throw LogDamage()
        }
    }
}
