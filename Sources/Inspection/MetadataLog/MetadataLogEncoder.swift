internal import Geodesy

/// Writes a log of frame metadata, record after record, exactly: what is read back is bit by bit what was written.
public struct MetadataLogEncoder: Sendable {
    private var memory = LogMemory()
    private var texts: [String: Int] = [:]
    private var needsKey = true

    /// The bytes that a file begins with.
    public static var start: [UInt8] { MetadataLogFormat.magic + [MetadataLogFormat.version] }

    public init() {}

    /// Adds a header's record; the frame after it is read by itself.
    public mutating func append(_ header: MetadataLogHeader, to file: inout [UInt8]) {
        var record = LogWriter()
        record.byte(MetadataLogFormat.Kind.header.rawValue)
        for text in [header.gateway.text, header.source.text, header.flight.description, header.content] {
            record.text(text)
        }
        record.signed(header.writtenAt.microseconds)
        record.count(header.rules.count)
        for pack in header.rules {
            record.text(pack.id)
            record.text(pack.version)
        }
        for number in header.placement.errors.numbers { record.number(number) }
        let field = header.placement.fieldOfView
        let known = [header.placement.groundHeight, field.horizontal, field.vertical, field.diagonal]
        let flags: [UInt8] = [1, 4, 8, 16]
        let further = header.placement.errors.furtherNumbers
        var bits = zip(known, flags).reduce(header.placement.hasGeoid ? 2 : 0) { $1.0 == nil ? $0 : $0 | $1.1 }
        if further != PoseErrors().furtherNumbers { bits |= 32 }
        if header.placement.distortion != nil { bits |= 64 }
        record.byte(bits)
        for number in known { if let number { record.number(number) } }
        if bits & 32 != 0 { for number in further { record.number(number) } }
        for number in header.placement.distortion?.numbers ?? [] { record.number(number) }
        record.number(header.placement.poseAgeLimit)
        record.signed(Int64(header.joining.openAfterSightings))
        record.number(header.joining.joinRadius)
        Self.add(record.bytes, to: &file)
        needsKey = true
    }

    /// Adds a frame's record. False when it would be larger than a record may be: then nothing is added.
    public mutating func append(_ metadata: FrameMetadata, to file: inout [UInt8]) -> Bool {
        if needsKey || memory.framesSinceKey >= MetadataLogFormat.framesPerKey {
            memory = LogMemory()
            texts.removeAll(keepingCapacity: true)
        }
        let isKey = memory.framesSinceKey == 0
        memory.beginFrame()
        var record = LogWriter()
        record.bytes.reserveCapacity(256 + metadata.objects.count * 64)
        record.byte((isKey ? MetadataLogFormat.Kind.keyFrame : .frame).rawValue)
        frame(metadata, &record)
        telemetry(metadata, &record)
        record.count(metadata.objects.count)
        for object in metadata.objects { self.object(object, &record) }
        // The memory holds what no reader will have seen.
        needsKey = record.bytes.count > MetadataLogFormat.bodyLimit
        guard !needsKey else { return false }
        Self.add(record.bytes, to: &file)
        return true
    }

    private static func add(_ body: [UInt8], to file: inout [UInt8]) {
        let checksum = LogChecksum.of(body[...])
        for value in [UInt32(truncatingIfNeeded: body.count), checksum] {
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                file.append(UInt8(truncatingIfNeeded: value >> shift))
            }
        }
        file.append(contentsOf: body)
    }

    private mutating func number(_ value: Double?, _ record: inout LogWriter) {
        if let value { record.number(value, after: memory.predicted) } else { record.byte(NumberForm.none) }
        memory.note(value)
    }

    /// A count or time; whether it is there is told elsewhere.
    private mutating func step(_ value: Int64?, _ record: inout LogWriter) {
        if let value { record.signed(value &- memory.predictedStep) }
        memory.noteStep(value)
    }

    private mutating func text(_ value: String, _ record: inout LogWriter) {
        // Two spellings of one character are equal texts of different bytes.
        if let known = texts.index(forKey: value), texts[known].key.utf8.elementsEqual(value.utf8) {
            return record.count(texts[known].value + 1)
        }
        record.count(0)
        record.text(value)
        if texts.count < MetadataLogFormat.textLimit, texts[value] == nil { texts[value] = texts.count }
    }

    private mutating func frame(_ metadata: FrameMetadata, _ record: inout LogWriter) {
        let frame = metadata.frame
        var flags: UInt8 = frame.isKey ? 1 : 0
        if frame.ptsMicroseconds != nil { flags |= 2 }
        if frame.carrierTime != nil { flags |= 4 }
        if frame.picture != nil { flags |= 8 }
        if metadata.telemetry != nil { flags |= 16 }
        if metadata.telemetry?.utc != nil { flags |= 32 }
        let isLookedForAnew = !metadata.lookedFor.elementsEqual(memory.lookedFor) { $0.utf8.elementsEqual($1.utf8) }
        if isLookedForAnew { flags |= 64 }
        if metadata.motion != nil { flags |= 128 }
        record.byte(flags)
        record.byte(metadata.provenance.code | (frame.carrierTime?.provenance.code ?? 0) << 4)
        step(Int64(frame.index), &record)
        step(frame.time.nanoseconds, &record)
        step(metadata.utc.microseconds, &record)
        step(frame.arrival.microseconds, &record)
        step(Int64(frame.width), &record)
        step(Int64(frame.height), &record)
        step(frame.ptsMicroseconds, &record)
        step(frame.carrierTime?.utc.microseconds, &record)
        step(metadata.telemetry?.utc?.microseconds, &record)
        number(metadata.poseAge, &record)
        number(metadata.clockError, &record)
        if isLookedForAnew {
            memory.lookedFor = metadata.lookedFor
            record.count(metadata.lookedFor.count)
            for label in metadata.lookedFor { text(label, &record) }
        }
        if let motion = metadata.motion {
            for vector in [motion.velocity, motion.turn] {
                for value in [vector.x, vector.y, vector.z] { number(value, &record) }
            }
        }
        guard let picture = frame.picture else { return }
        number(picture.luma, &record)
        number(picture.contrast, &record)
        number(picture.sharpness, &record)
        number(picture.motion, &record)
    }

    private mutating func telemetry(_ metadata: FrameMetadata, _ record: inout LogWriter) {
        guard let sample = metadata.telemetry else { return }
        let (form, camera) = sample.camera.parts
        record.byte(
            form | (sample.platform == nil ? 0 : 4) | (sample.frameCenter == nil ? 0 : 8) | (sample.hasFix ? 16 : 0)
                | (sample.isRangeMeasured ? 32 : 0) | (sample.distortion == nil ? 0 : 64))
        for value in sample.plainNumbers { number(value, &record) }
        if let platform = sample.platform { attitude(platform, &record) }
        if let camera { attitude(camera, &record) }
        if let center = sample.frameCenter { point(center, &record) }
        record.count(sample.corners.count)
        for corner in sample.corners { point(corner, &record) }
        for value in sample.distortion?.numbers ?? [] { number(value, &record) }
    }

    private mutating func attitude(_ attitude: Attitude, _ record: inout LogWriter) {
        number(attitude.yaw, &record)
        number(attitude.pitch, &record)
        number(attitude.roll, &record)
    }

    private mutating func point(_ point: TelemetrySample.StatedPoint, _ record: inout LogWriter) {
        number(point.latitude, &record)
        number(point.longitude, &record)
        number(point.heightMSL, &record)
        number(point.heightHAE, &record)
    }

    private mutating func object(_ object: FrameObject, _ record: inout LogWriter) {
        var flags: UInt8 = object.kind == .mark ? 1 : 0
        if object.box != nil { flags |= 2 }
        if object.track != nil { flags |= 4 }
        if !object.attributes.isEmpty { flags |= 8 }
        if object.statedPosition != nil { flags |= 16 }
        if object.statedPosition?.sigma != nil { flags |= 32 }
        record.byte(flags)
        text(object.label, &record)
        number(object.confidence, &record)
        if let box = object.box {
            number(box.left, &record)
            number(box.top, &record)
            number(box.right, &record)
            number(box.bottom, &record)
        }
        if let track = object.track { text(track, &record) }
        if !object.attributes.isEmpty { attributes(object.attributes, &record) }
        guard let position = object.statedPosition else { return }
        number(position.point.latitude, &record)
        number(position.point.longitude, &record)
        number(position.point.height, &record)
        guard let sigma = position.sigma else { return }
        number(sigma.x, &record)
        number(sigma.y, &record)
        number(sigma.z, &record)
    }

    /// In the order of their names, so that the same frame gives the same bytes.
    private mutating func attributes(_ attributes: [String: FrameObject.Attribute], _ record: inout LogWriter) {
        record.count(attributes.count)
        for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
            text(name, &record)
            switch value {
            case .string(let words):
                record.byte(0)
                text(words, &record)
            case .number(let number):
                record.byte(1)
                record.number(number)
            case .bool(let flag): record.byte(flag ? 3 : 2)
            }
        }
    }
}

extension UTCProvenance {
    /// As a log writes it: never given to another.
    var code: UInt8 {
        switch self {
        case .precisionTimeStamp: 0
        case .senderReport: 1
        case .file: 2
        case .arrival: 3
        }
    }

    init(code: UInt8) throws(LogDamage) {
        guard let found = Self.allCases.first(where: { $0.code == code }) else { throw LogDamage() }
        self = found
    }
}

extension PoseErrors {
    var numbers: [Double] { [horizontal, vertical, yaw, pitch, roll, ground, pixel, time] }

    /// Left out of a log where they are the usual ones.
    var furtherNumbers: [Double] { [focal, principal, jitter, angleJitter] }
}

extension TelemetrySample.CameraAttitude? {
    /// 0 none, 1 body, 2 earth.
    fileprivate var parts: (form: UInt8, attitude: Attitude?) {
        switch self {
        case nil: (0, nil)
        case .body(let attitude): (1, attitude)
        case .earth(let attitude): (2, attitude)
        }
    }
}

extension TelemetrySample {
    /// In the order in which a log holds them.
    fileprivate var plainNumbers: [Double?] {
        [
            latitude, longitude, heightMSL, heightHAE, heightAboveTakeoff, horizontalFieldOfView, verticalFieldOfView,
            slantRange, groundSpeed, zoom,
        ]
    }
}
