import Expressions
import Geodesy
import Inspection

/// One frame as the rules look at it. Places are asked for when a rule first speaks of the ground, at most once for an
/// object and footing. Lives for one call of the classifier; not shared.
final class FrameScene: Activation {
    let metadata: FrameMetadata
    let labels: [String]
    let flight: FlightProgress
    /// Areas and registers as they were when the frame came.
    let data: GroundData
    /// What the rule that is being looked at asked of registers.
    let consulted = Consultations()
    private let placement: any Placement
    private let nothing: FrameObject
    private(set) var objectIndex: Int?
    /// The other object of a pair; nil whenever the scene is turned.
    var otherIndex: Int?
    private(set) var footing: Footing = .flat
    /// What the object's track was before this frame; nil without a track, and where no rule speaks of it.
    var past: TrackHistory?
    /// By the object, the frame as a whole last, and footing. Made when a place is first asked for.
    private var places: [Result<Geotag, PlacementRefusal>?] = []
    /// By the object, of those whose area was asked for.
    private var outlines: [Int: GroundOutline?] = [:]
    /// By the object, the frame as a whole last. Made when an object is first looked at.
    private var views: [ObjectView?] = []
    private var objectList: CELValue?
    /// By the object, the frame as a whole last. Made when a whole object is first asked for.
    private var records: [CELValue?] = []
    private lazy var reference = SceneReference(self)
    /// By the place that was asked for.
    private var areasAt: [Int: AreaView] = [:]

    /// `labels` are the objects' normalized labels, in their order.
    init(
        _ metadata: FrameMetadata, labels: [String], flight: FlightProgress, placement: any Placement,
        data: GroundData = GroundData()
    ) {
        self.data = data
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
        otherIndex = nil
        self.footing = footing
    }

    /// What the scene is turned to, as an index of the tables by object.
    private var subject: Int {
        guard let index = objectIndex, metadata.objects.indices.contains(index) else { return metadata.objects.count }
        return index
    }

    var object: FrameObject {
        let index = subject
        return index < metadata.objects.count ? metadata.objects[index] : nothing
    }

    /// The object with the picture it is in.
    var view: ObjectView { view(at: subject) }

    private func view(at index: Int) -> ObjectView {
        if views.isEmpty { views = Array(repeating: nil, count: metadata.objects.count + 1) }
        if let known = views[index] { return known }
        let isObject = index < metadata.objects.count
        let view = ObjectView(
            isObject ? metadata.objects[index] : nothing, metadata.frame,
            label: labels.indices.contains(index) ? labels[index] : "")
        views[index] = view
        return view
    }

    /// The object's place; for the frame as a whole, that of the middle of the picture.
    var place: Result<Geotag, PlacementRefusal> { place(of: subject) }

    /// The place of any object of the frame, with the footing of the rule that asks.
    func place(of object: Int) -> Result<Geotag, PlacementRefusal> {
        let index = object * 2 + (footing == .flat ? 0 : 1)
        if places.isEmpty { places = Array(repeating: nil, count: (metadata.objects.count + 1) * 2) }
        if let known = places[index] { return known }
        let isObject = object < metadata.objects.count
        let place = placement.place(isObject ? metadata.objects[object] : nothing, footing: footing, in: metadata)
        places[index] = place
        return place
    }

    /// Square metres that the object's box covers; nil for the frame as a whole.
    var groundArea: Double? {
        let index = subject
        guard index < metadata.objects.count else { return nil }
        if let known = outlines[index] { return known?.area }
        let outline = placement.outline(of: metadata.objects[index], in: metadata)
        outlines[index] = .some(outline)
        return outline?.area
    }

    /// Degrees by which the ground falls at the place.
    var groundSlope: Double? {
        guard case .success(let tag) = place else { return nil }
        return placement.slope(at: tag.point)
    }

    /// The place with what areas and registers know of it; nil when there is no place.
    var groundPlace: GroundPlace? {
        guard case .success(let tag) = place else { return nil }
        return GroundPlace(point: tag.point, time: metadata.utc, data: data, consulted: consulted)
    }

    /// The areas that the object is in; nil when there is no place.
    var areaView: AreaView? {
        let key = subject * 2 + (footing == .flat ? 0 : 1)
        if let known = areasAt[key] { return known }
        guard let place = groundPlace else { return nil }
        let view = AreaView(place)
        areasAt[key] = view
        return view
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
        case .area: areaView.map { record(Vocabulary.area, $0, host: $0.place) }
        case .object: objectRecord(subject)
        case .other: otherIndex.map { objectRecord($0) }
        case .history: past == nil ? nil : record(Vocabulary.history, self)
        case .param, nil: nil
        }
    }

    func value(ofField field: Int, ofVariable variable: Int) -> CELValue? {
        switch Vocabulary.Index(rawValue: variable) {
        case .object: Vocabulary.object.read(field, view)
        case .other: otherView.flatMap { Vocabulary.object.read(field, $0) }
        case .history: Vocabulary.history.read(field, self)
        case .frame: Vocabulary.frame.read(field, self)
        case .telemetry: metadata.telemetry.flatMap { Vocabulary.telemetry.read(field, $0) }
        case .ground: Vocabulary.ground.read(field, self)
        case .flight: Vocabulary.flight.read(field, flight)
        case .picture: metadata.frame.picture.flatMap { Vocabulary.picture.read(field, $0) }
        case .area: areaView.flatMap { Vocabulary.area.read(field, $0) }
        case .objects, .now, .param, nil: nil
        }
    }

    func double(ofField field: Int, ofVariable variable: Int) -> Double? {
        switch Vocabulary.Index(rawValue: variable) {
        case .object: Vocabulary.object.number(field, view)
        case .other: otherView.flatMap { Vocabulary.object.number(field, $0) }
        case .history: Vocabulary.history.number(field, self)
        case .frame: Vocabulary.frame.number(field, self)
        case .telemetry: metadata.telemetry.flatMap { Vocabulary.telemetry.number(field, $0) }
        case .ground: Vocabulary.ground.number(field, self)
        case .flight: Vocabulary.flight.number(field, flight)
        case .picture: metadata.frame.picture.flatMap { Vocabulary.picture.number(field, $0) }
        case .area: areaView.flatMap { Vocabulary.area.number(field, $0) }
        case .objects, .now, .param, nil: nil
        }
    }

    func string(ofField field: Int, ofVariable variable: Int) -> String? {
        switch Vocabulary.Index(rawValue: variable) {
        case .object: Vocabulary.object.text(field, view)
        case .other: otherView.flatMap { Vocabulary.object.text(field, $0) }
        case .frame: Vocabulary.frame.text(field, self)
        case .telemetry: metadata.telemetry.flatMap { Vocabulary.telemetry.text(field, $0) }
        case .ground: Vocabulary.ground.text(field, self)
        case .area: areaView.flatMap { Vocabulary.area.text(field, $0) }
        case .objects, .now, .flight, .picture, .history, .param, nil: nil
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
        let records = metadata.objects.indices.map { objectRecord($0) }
        let list = CELValue.list(records)
        objectList = list
        return list
    }

    private var otherView: ObjectView? { otherIndex.map { view(at: $0) } }

    private func objectRecord(_ index: Int) -> CELValue {
        if records.isEmpty { records = Array(repeating: nil, count: metadata.objects.count + 1) }
        if let known = records[index] { return known }
        let new = record(
            Vocabulary.object, view(at: index), host: ObjectReference(scene: reference, index: index))
        records[index] = new
        return new
    }

    private func record<Subject>(
        _ table: RecordTable<Subject>, _ subject: Subject, host: (any Sendable)? = nil
    ) -> CELValue {
        .record(
            CELRecord(type: table.type, fields: table.type.fields.indices.map { table.read($0, subject) }, host: host))
    }
}

/// An object with the picture it is in. A class, so that the readers of its fields are handed one reference.
final class ObjectView {
    let object: FrameObject
    let width: Double
    let height: Double
    /// Normalized.
    let label: String

    init(_ object: FrameObject, _ frame: Frame, label: String) {
        self.object = object
        width = Double(frame.width)
        height = Double(frame.height)
        self.label = label
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
