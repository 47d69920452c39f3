import Expressions
import Geodesy
import Inspection

/// How objects of one frame stand to one another.
extension Vocabulary {
    /// A piece of an object's box.
    static let part = RecordTable<FrameObject.Box>(
        "Part",
        [
            .number("left_px", "px", "Left edge in the full-resolution picture, from the left.") { $0.left },
            .number("top_px", "px", "Top edge, from the top.") { $0.top },
            .number("right_px", "px", "Right edge, from the left.") { $0.right },
            .number("bottom_px", "px", "Bottom edge, from the top.") { $0.bottom },
            .number("width_px", "px", "Width.") { $0.width },
            .number("height_px", "px", "Height.") { $0.height },
            .number("area_px", "px²", "Area.") { $0.area },
        ])

    static let relationFunctions: [FunctionDeclaration] = [
        boxes(
            "overlap", result: .double,
            doc: "Share of the first's box that the second's covers, 0…1. No value where one has no box."
        ) { $0.share(coveredBy: $1).map { .double($0) } },
        boxes("iou", result: .double, doc: "Area that both boxes cover over the area of both together, 0…1.") {
            $0.intersectionOverUnion($1).map { .double($0) }
        },
        boxes(
            "contains", result: .bool,
            doc: "The second's box lies inside the first's, to within a pixel at each edge."
        ) { .bool($0.contains($1)) },
        boxes("gap_px", result: .double, doc: "Pixels between the nearest edges of the boxes, 0 when they touch.") {
            .double($0.gap(to: $1))
        },
        .global(
            "head", [.object("Object")], result: .object("Part"),
            doc:
                "The head of a person: the upper sixth of the box over its whole width. A head is 0.130 of the stature (R. Contini, Artificial Limbs 16, 1972); a helmet, the slack of boxes and a camera that looks down make it a sixth."
        ) { arguments throws(EvaluationError) in
            guard let first = arguments.first else { throw unfitObject }
            let head = try box(first).head
            let fields = part.type.fields.indices.map { part.read($0, head) }
            return .record(CELRecord(type: part.type, fields: fields))
        },
        .member(
            "distance_m", of: .object("Object"), [.object("Object")], result: .double,
            doc:
                "Metres along the ground between the places of two objects. No value where one has no place. Each place has its error: compare with distances well above `ground.ce90_m`."
        ) { arguments throws(EvaluationError) in
            guard arguments.count == 2 else { throw unfitObject }
            let first = try reference(arguments[0]).place()
            return .double(first.flatDistance(to: try reference(arguments[1]).place()))
        },
        .member(
            "placed", of: .object("Object"), [], result: .bool, doc: "A position of the object could be worked out."
        ) {
            arguments throws(EvaluationError) in
            guard let first = arguments.first else { throw unfitObject }
            return .bool(try reference(first).isPlaced)
        },
        .member(
            "within", of: .object("Object"), [.string], result: .bool,
            doc:
                "The object is in an area of this name, of this entry of the settings, or of this kind. No value where it has no place."
        ) { arguments throws(EvaluationError) in
            guard arguments.count == 2, case .string(let word) = arguments[1] else { throw unfitObject }
            let reference = try reference(arguments[0])
            let point = try reference.place()
            guard let isWithin = reference.scene.scene?.data.areas.holds(word, point) else {
                return .bool(try isKind(word, in: "within"))
            }
            return .bool(isWithin)
        },
    ]

    private static func boxes(
        _ name: String, result: CELType, doc: String,
        _ relation: @escaping @Sendable (FrameObject.Box, FrameObject.Box) -> CELValue?
    ) -> FunctionDeclaration {
        let types: [CELType] = [.object("Object"), .object("Part")]
        let implementation: FunctionDeclaration.Implementation = { arguments throws(EvaluationError) in
            guard arguments.count == 2 else { throw unfitObject }
            let first = try box(arguments[0])
            guard let value = relation(first, try box(arguments[1])) else {
                throw EvaluationError(.absent, "a box has no area")
            }
            return value
        }
        let overloads = types.flatMap { receiver in
            types.map {
                FunctionDeclaration.Overload(
                    hasReceiver: true, [receiver, $0], result: result, implementation: implementation)
            }
        }
        return FunctionDeclaration(name, doc: doc, overloads: overloads)
    }

    private static let unfitObject = EvaluationError(.host, "an argument is no object of the frame")

    /// By the places of the four edges in the two tables: reading them needs no scene.
    private static let edges = (object: edges(of: object.type), part: edges(of: part.type))

    private static func edges(of type: RecordType) -> [Int] {
        ["left_px", "top_px", "right_px", "bottom_px"].compactMap { type.index(ofField: $0) }
    }

    private static func box(_ value: CELValue) throws(EvaluationError) -> FrameObject.Box {
        guard case .record(let record) = value else { throw unfitObject }
        let fields = record.type.name == "Part" ? edges.part : edges.object
        guard fields.count == 4, case .double(let left)? = record.value(ofField: fields[0]),
            case .double(let top)? = record.value(ofField: fields[1]),
            case .double(let right)? = record.value(ofField: fields[2]),
            case .double(let bottom)? = record.value(ofField: fields[3])
        else { throw EvaluationError(.absent, "an object has no box") }
        return FrameObject.Box(left: left, top: top, right: right, bottom: bottom)
    }

    private static func reference(_ value: CELValue) throws(EvaluationError) -> ObjectReference {
        guard case .record(let record) = value, let reference = record.host as? ObjectReference else {
            throw unfitObject
        }
        return reference
    }
}
