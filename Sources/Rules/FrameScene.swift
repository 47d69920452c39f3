import Expressions
import Geodesy
import Inspection

/// One frame as the rules look at it. Places are asked for when a rule first speaks of the ground, at most once for an
/// object and footing. Lives for one call of the classifier; not shared.
final class FrameScene: Activation {
    let metadata: FrameMetadata
    let labels: [String]
    let flight: FlightProgress
    private let placement: any Placement
    private let nothing: FrameObject
    private(set) var objectIndex: Int?
    private(set) var footing: Footing = .flat
    private var places: [PlaceKey: Result<Geotag, PlacementRefusal>] = [:]
    private var objectList: CELValue?

    private struct PlaceKey: Hashable {
        var object: Int?
        var footing: Footing
    }

    /// `labels` are the objects' normalized labels, in their order.
    init(_ metadata: FrameMetadata, labels: [String], flight: FlightProgress, placement: any Placement) {
        self.metadata = metadata
        self.labels = labels
        self.flight = flight
        self.placement = placement
        let x = Double(metadata.frame.width) / 2
        let y = Double(metadata.frame.height) / 2
        let hasSize = metadata.frame.width > 0 && metadata.frame.height > 0
        nothing = FrameObject(
            label: "", confidence: nil,
            box: hasSize ? .init(left: x - 0.5, top: y - 0.5, right: x + 0.5, bottom: y + 0.5) : nil)
    }

    /// Turns to an object, or to the frame as a whole, for a scene type with this footing.
    func turn(to index: Int?, footing: Footing) {
        objectIndex = index
        self.footing = footing
    }

    var object: FrameObject {
        guard let index = objectIndex, metadata.objects.indices.contains(index) else { return nothing }
        return metadata.objects[index]
    }

    /// The object's place; for the frame as a whole, that of the middle of the picture.
    var place: Result<Geotag, PlacementRefusal> {
        let key = PlaceKey(object: objectIndex, footing: footing)
        if let known = places[key] { return known }
        let place = placement.place(object, footing: footing, in: metadata)
        places[key] = place
        return place
    }

    func value(ofVariable variable: Int) -> CELValue? {
        switch Vocabulary.Index(rawValue: variable) {
        case .objects: allObjects
        case .frame: record(Vocabulary.frame, self)
        case .telemetry: metadata.telemetry.map { record(Vocabulary.telemetry, $0) }
        case .ground: record(Vocabulary.ground, self)
        case .flight: record(Vocabulary.flight, flight)
        case .now: now
        case .picture: metadata.frame.picture.map { record(Vocabulary.picture, $0) }
        case .object: record(Vocabulary.object, ObjectView(object, scene: self, index: objectIndex))
        case nil: nil
        }
    }

    func value(ofField field: Int, ofVariable variable: Int) -> CELValue? {
        switch Vocabulary.Index(rawValue: variable) {
        case .object: Vocabulary.object.read(field, ObjectView(object, scene: self, index: objectIndex))
        case .frame: Vocabulary.frame.read(field, self)
        case .telemetry: metadata.telemetry.flatMap { Vocabulary.telemetry.read(field, $0) }
        case .ground: Vocabulary.ground.read(field, self)
        case .flight: Vocabulary.flight.read(field, flight)
        case .picture: metadata.frame.picture.flatMap { Vocabulary.picture.read(field, $0) }
        case .objects, .now, nil: nil
        }
    }

    private var now: CELValue? {
        let micros = metadata.utc.microseconds
        let part = micros % 1_000_000
        let rest = part < 0 ? part + 1_000_000 : part
        let seconds = (micros / 1_000_000) - (part < 0 ? 1 : 0)
        return CELTimestamp(seconds: seconds, nanoseconds: Int32(rest) * 1000).map { .timestamp($0) }
    }

    private var allObjects: CELValue {
        if let objectList { return objectList }
        let records = metadata.objects.enumerated().map { index, object in
            record(Vocabulary.object, ObjectView(object, scene: self, index: index))
        }
        let list = CELValue.list(records)
        objectList = list
        return list
    }

    private func record<Subject>(_ table: RecordTable<Subject>, _ subject: Subject) -> CELValue {
        .record(CELRecord(type: table.type, fields: table.type.fields.indices.map { table.read($0, subject) }))
    }
}

/// An object with the picture it is in.
struct ObjectView {
    let object: FrameObject
    let width: Double
    let height: Double
    let label: String

    init(_ object: FrameObject, scene: FrameScene, index: Int?) {
        self.object = object
        width = Double(scene.metadata.frame.width)
        height = Double(scene.metadata.frame.height)
        label = index.flatMap { scene.labels.indices.contains($0) ? scene.labels[$0] : nil } ?? ""
    }
}

/// What the classifier has seen of the run so far.
struct FlightProgress: Sendable {
    /// Running time of the first frame, seconds.
    var start: Double?
    /// Seconds since the first frame.
    var elapsed = 0.0
    /// Frames seen, this one included.
    var frames = 0
}
