import Expressions
import Geodesy
import Inspection

/// A place on the ground with what areas and registers know of it: what travels behind `ground.position` and `area`.
struct GroundPlace: Sendable {
    let point: GeodeticPoint
    /// Of the frame.
    let time: UTCTime
    let data: GroundData
    let consulted: Consultations

    var record: CELValue {
        let table = Vocabulary.position
        let fields = table.type.fields.indices.map { table.read($0, point) }
        return .record(CELRecord(type: table.type, fields: fields, host: self))
    }
}

/// The areas that a place is in.
struct AreaView: Sendable {
    let place: GroundPlace
    let areas: [AreaSet.Area]

    init(_ place: GroundPlace) {
        self.place = place
        areas = place.data.areas.areas(at: place.point)
    }
}

extension Vocabulary {
    static let area = RecordTable<AreaView>(
        "Area",
        [
            .texts("names", "Names of the areas, in the order of the settings.") { $0.areas.map(\.name) },
            .texts("kinds", "Their kinds (`mine`, `river`, …), each once.") { view in
                AreaSource.Kind.allCases.filter { kind in view.areas.contains { $0.kind == kind } }.map(\.rawValue)
            },
            .text("grid", "Code of the grid cell, 15 digits. No value outside of every cell.") { view in
                view.areas.first { $0.kind == .grid }?.code
            },
        ])

    static let position = RecordTable<GeodeticPoint>(
        "Position",
        [
            .number("lat", "°", "WGS 84, −90…90, north positive.") { $0.latitude },
            .number("lon", "°", "WGS 84, −180…180, east positive.") { $0.longitude },
        ])

    static let register = RecordType(
        "Register", fields: [.init("name", .string, doc: "As the settings call it.")])

    static let groundFunctions: [FunctionDeclaration] = [
        .member(
            "within", of: .object("Area"), [.string], result: .bool,
            doc: "The place is in an area of this name, of this entry of the settings, or of this kind."
        ) { arguments throws(EvaluationError) in
            let (place, word) = try placeAndWord(arguments)
            guard let holds = place.data.areas.holds(word, place.point) else {
                return .bool(try isKind(word, in: "within"))
            }
            return .bool(holds)
        },
        .member(
            "distance_m", of: .object("Area"), [.string], result: .double,
            doc: "Metres to the nearest area called so, 0 inside, infinite beyond 100 km."
        ) { arguments throws(EvaluationError) in
            let (place, word) = try placeAndWord(arguments)
            guard let distance = place.data.areas.distance(to: word, from: place.point) else {
                _ = try isKind(word, in: "distance_m")
                return .double(.infinity)
            }
            return .double(distance)
        },
        .member(
            "depth_m", of: .object("Area"), [.string], result: .double,
            doc:
                "Metres to the edge of the area called so that the place is in, 0 outside: above `ground.ce90_m` it is in surely."
        ) { arguments throws(EvaluationError) in
            let (place, word) = try placeAndWord(arguments)
            guard let depth = place.data.areas.depth(in: word, at: place.point) else {
                _ = try isKind(word, in: "depth_m")
                return .double(0)
            }
            return .double(depth)
        },
        .global("register", [.string], result: .object("Register"), doc: "The register that the settings call so.") {
            arguments throws(EvaluationError) in
            guard case .string(let name)? = arguments.first else { throw unfit }
            return .record(CELRecord(type: register, fields: [.string(name)]))
        },
        .member(
            "covers", of: .object("Register"), [.object("Position"), .timestamp], result: .bool,
            doc: "A row that is in force at the time covers the place."
        ) { arguments throws(EvaluationError) in
            let (place, register) = try placeAndRegister(arguments)
            let time = try time(arguments)
            let row = register.row(covering: place.point, at: time)
            if let row {
                place.consulted.note(register: register.name, row: (row, 0))
            } else if !noteLapsed(place, register, time) {
                place.consulted.note(register: register.name, row: register.nearest(to: place.point, at: time))
            }
            return .bool(row != nil)
        },
        FunctionDeclaration(
            "nearest_m",
            doc:
                "Metres to the nearest row (that is in force at the time, where one is given), 0 inside, infinite beyond 100 km.",
            overloads: [
                .init(
                    hasReceiver: true, [.object("Register"), .object("Position")], result: .double,
                    implementation: nearest),
                .init(
                    hasReceiver: true, [.object("Register"), .object("Position"), .timestamp], result: .double,
                    implementation: nearest),
            ]),
    ]

    private static let nearest: FunctionDeclaration.Implementation = { arguments throws(EvaluationError) in
        let (place, register) = try placeAndRegister(arguments)
        let time = try time(arguments)
        let found = register.nearest(to: place.point, at: time)
        if found?.distance == 0 || !noteLapsed(place, register, time) {
            // Of any row, whether it is in force: that it ended is said of it.
            let lapse = found.flatMap { register.lapse(of: $0.row, at: time ?? place.time) }
            place.consulted.note(register: register.name, row: found, lapse: lapse)
        }
        return .double(found?.distance ?? .infinity)
    }

    /// A row that covers the place and is over, or has not begun, says more than the nearest that is in force.
    private static func noteLapsed(_ place: GroundPlace, _ register: Register, _ time: UTCTime?) -> Bool {
        guard let time, let row = register.lapsedRow(covering: place.point, at: time),
            let lapse = register.lapse(of: row, at: time)
        else { return false }
        place.consulted.note(register: register.name, row: (row, 0), lapse: lapse)
        return true
    }

    private static let unfit = EvaluationError(.host, "an argument is no value that the gateway made")

    private static func placeAndWord(_ arguments: [CELValue]) throws(EvaluationError) -> (GroundPlace, String) {
        guard arguments.count == 2, case .record(let record) = arguments[0], let place = record.host as? GroundPlace,
            case .string(let word) = arguments[1]
        else { throw unfit }
        return (place, word)
    }

    /// False for a kind of which there are no areas.
    static func isKind(_ word: String, in function: String) throws(EvaluationError) -> Bool {
        guard AreaSource.Kind(rawValue: word) == nil else { return false }
        throw EvaluationError(.host, "\(function): no area is called \(word)")
    }

    private static func placeAndRegister(_ arguments: [CELValue]) throws(EvaluationError) -> (GroundPlace, Register) {
        guard arguments.count >= 2, case .record(let named) = arguments[0], case .record(let record) = arguments[1],
            let place = record.host as? GroundPlace, case .string(let name)? = named.value(ofField: 0)
        else { throw unfit }
        guard let register = place.data.registers[name] else {
            throw EvaluationError(.host, "register: there is no register \(name)")
        }
        return (place, register)
    }

    private static func time(_ arguments: [CELValue]) throws(EvaluationError) -> UTCTime? {
        guard arguments.count > 2 else { return nil }
        guard case .timestamp(let time) = arguments[2] else { throw unfit }
        // Years 1 to 9999 fit into microseconds.
        return UTCTime(microseconds: time.seconds &* 1_000_000 &+ Int64(time.nanoseconds) / 1000)
    }

    /// The name in `register("name")`; nil for any other call.
    static func registerName(_ call: String) -> String? {
        guard call.hasPrefix("register("), call.hasSuffix(")") else { return nil }
        let inside = call.dropFirst(9).dropLast()
        guard let quote = inside.first, quote == "\"" || quote == "'", inside.count >= 2, inside.last == quote else {
            return nil
        }
        let name = inside.dropFirst().dropLast()
        return name.contains(quote) || name.contains("\\") ? nil : String(name)
    }
}
