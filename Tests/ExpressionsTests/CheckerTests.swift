import Expressions
import Testing

struct CheckerTests {
    static let environment = Environment(
        container: "flight.camera",
        variables: [
            Variable("object", .object("Object")), Variable("objects", .list(.object("Object"))),
            Variable("count", .int),
            Variable("flight.camera.zoom", .double), Variable("flight.zoom", .string), Variable("zoom", .bool),
            Variable("flight.camera", .map(.string, .int)), Variable("tags", .map(.string, .string)),
            Variable("later", .timestamp),
        ],
        records: [
            RecordType(
                "Object",
                fields: [
                    .init("label", .string), .init("confidence", .double), .init("area_px", .double, unit: "px"),
                    .init("place", .object("Point")),
                    .init("tags", .list(.string)),
                ]),
            RecordType("Point", fields: [.init("latitude", .double), .init("longitude", .double)]),
            RecordType("Register"),
        ],
        functions: [
            .global("register", [.string], result: .object("Register")) { arguments throws(EvaluationError) in
                .record(CELRecord(type: RecordType("Register"), host: arguments[0].text))
            },
            .member("covers", of: .object("Register"), [.double], result: .bool) { arguments throws(EvaluationError) in
                guard case .record(let record) = arguments[0], let name = record.host as? String,
                    case .double(let number) = arguments[1]
                else {
                    throw EvaluationError(.host, "unreachable")
                }
                return .bool(name == "mine" && number > 1)
            },
            .global("fails", [], result: .bool) { _ throws(EvaluationError) in
                throw EvaluationError(.host, "no register")
            },
        ])

    @Test(
        arguments: [
            ("object.lable == 'x'", 1, "'Object' has no field 'lable'", "did you mean 'label'?"),
            ("objct.label == 'x'", 1, "unknown name 'objct'", "did you mean 'object'?"),
            ("object.place.lat > 1.0", 1, "'Point' has no field 'lat'", nil),
            (
                "true && object.confidence == 1", 9, "'==' does not take (double, int)",
                "write 1.0 for the 1 on the right"
            ),
            ("object.confidence + 1", 1, "'+' does not take (double, int)", "write 1.0 for the 1 on the right"),
            ("1 + 1.0", 1, "'+' does not take (int, double)", "write 1.0 for the 1 on the left"),
            (
                "count == 1u", 1, "'==' does not take (int, uint)",
                "numbers are not converted by themselves: use int(), uint() or double()"
            ),
            ("object.label > 1", 1, "'>' does not take (string, int)", nil),
            ("sizee(tags)", 1, "unknown function 'sizee'", "did you mean 'size'?"),
            ("object.label.startWith('a')", 1, "unknown function 'startWith'", "did you mean 'startsWith'?"),
            (
                "object.label.startsWith()", 1, "'startsWith' of a string does not take ()",
                "it takes startsWith(string)"
            ),
            ("object && true", 1, "'&&' needs a bool, this is an Object", nil),
            ("!count", 1, "'!' does not take (int)", "it takes (bool)"),
            ("count.x", 1, "an int has no fields, so no 'x'", nil),
            ("count.all(x, true)", 1, "an int has no elements for a macro", nil),
            ("[1].all(x, x)", 12, "the condition of a macro needs a bool, this is an int", nil),
            ("has(object.nothing)", 1, "'Object' has no field 'nothing'", nil),
            ("true ? 1 : 'a'", 1, "'?:' does not take (bool, int, string)", "it takes (bool, %2, %2)"),
            ("Object{label: 'a'}", 1, "'Object' cannot be made by an expression", nil),
            ("object.label.matches('(')", 22, "the pattern \"(\" has a '(' without a ')'", nil),
            ("math.greatest('a')", 1, "'math.greatest' takes numbers, not a string", nil),
            ("math.least()", 1, "'math.least' needs at least one argument", nil),
            ("math.greatest([])", 1, "'math.greatest' needs at least one number", nil),
            ("register(1)", 1, "'register' does not take (int)", "it takes register(string)"),
            ("register('a').covers(object)", 1, "'covers' of a Register does not take (Object)", nil),
            ("[1, 2].exists(x, x == 'a')", 18, "'==' does not take (int, string)", nil),
            ("tags.a == 1", 1, "'==' does not take (string, int)", nil),
            ("count in object.tags", 1, "'in' does not take (int, list(string))", nil),
        ] as [(String, Int, String, String?)])
    func `names the mistake, its place and a way out`(
        _ source: String, _ column: Int, _ message: String, _ hint: String?
    ) {
        let error = #expect(throws: ExpressionError.self) { try Program(source, in: Self.environment) }
        #expect(error?.position.column == column)
        #expect(error?.message == message)
        if let hint, !hint.contains("%") { #expect(error?.hint == hint) }
    }

    @Test func `finds several mistakes at once, in order`() {
        let error = #expect(throws: ExpressionError.self) {
            try Program("object.lable == 'a' && nothing > 1 && count == 'x'", in: Self.environment)
        }
        #expect(error?.issues.map(\.position.column) == [1, 24, 39])
    }

    @Test(arguments: [
        ("object.confidence > 0.5", CELType.bool), ("count + 1", .int), ("[1, 2]", .list(.int)),
        ("[1, 'a']", .list(.dyn)), ("[]", .list(.dyn)),
        ("[[], [1]]", .list(.list(.int))), ("{'a': 1.0}", .map(.string, .double)),
        ("objects.map(o, o.confidence)", .list(.double)),
        ("objects.filter(o, o.label == 'a')", .list(.object("Object"))), ("later - later", .duration),
        ("type(1)", .type(.int)), ("dyn(1)", .dyn),
        ("object.place", .object("Point")), ("tags.transformMap(k, v, v.size())", .map(.string, .int)),
        ("math.greatest(1.0, 2.0)", .double),
        ("true ? 1 : dyn(2)", .dyn), ("'a,b'.split(',')[0]", .string), ("[1].map(x, [x])", .list(.list(.int))),
        ("register('a')", .object("Register")),
        ("cel.bind(x, 1.5, x * x)", .double), ("count < 2.5", .bool), ("[].map(x, x.anything)", .list(.dyn)),
        ("dyn(1) + 1", .int),
    ])
    func `infers the type of the result`(_ source: String, _ type: CELType) throws {
        #expect(try Program(source, in: Self.environment).resultType == type)
    }

    @Test(arguments: [
        ("zoom", "2.5"), (".zoom", "true"), ("flight.zoom", "\"far\""), ("camera.zoom", "2.5"),
        (".flight.camera.zoom", "2.5"),
        ("[3].exists(zoom, zoom == 3)", "true"), ("[{'zoom': 1}].all(camera, camera.zoom == 1)", "true"),
        ("[true].all(x, .zoom == x)", "true"),
        ("[{'z': 0}].exists(flight, flight.z == 0 && .flight.camera.zoom > 2.0)", "true"),
        ("(flight.camera).zoom", "7"), ("flight.camera.lens", "9"),
    ])
    func `resolves names in the container, longest first`(_ source: String, _ expected: String) {
        let values: [String: CELValue] = [
            "flight.camera.zoom": .double(2.5), "flight.zoom": .string("far"), "zoom": .bool(true),
            "flight.camera": map([("zoom", .int(7)), ("lens", .int(9))]),
        ]
        #expect(outcome(of: source, in: Self.environment, values) == expected)
    }

    private func map(_ entries: [(String, CELValue)]) -> CELValue {
        var map = CELMap()
        for (key, value) in entries { _ = map.insert(value, for: .string(key)) }
        return .map(map)
    }

    @Test(arguments: [
        ("object.label", "\"waste\""), ("object.place.latitude", "31.5"), ("has(object.label)", "true"),
        ("has(object.confidence)", "false"),
        ("object.confidence > 0.5", "failed: absent"), ("object.confidence > 0.5 || true", "true"),
        ("has(object.place.longitude)", "false"),
        ("objects.exists(o, o.label == 'pile')", "true"), ("objects.map(o, o.label)", "[pile]"),
        ("objects[0].label.size()", "4"),
        ("object == object", "true"), ("objects[0] == object", "false"), ("register('mine').covers(2.0)", "true"),
        ("register('mine').covers(0.5)", "false"),
        ("fails()", "failed: host"), ("fails() || true", "true"), ("count", "failed: absent"),
        ("object.label in ['waste', 'pile']", "true"),
        ("dyn(object).label", "\"waste\""), ("dyn(object).nothing", "failed: absent"),
        ("type(object) == Object", "true"), ("later", "failed: absent"),
        ("register(dyn(1))", "failed: no_such_overload"),
    ])
    func `reads records and calls functions of the host`(_ source: String, _ expected: String) {
        let values: [String: CELValue] = [
            "object": map([("label", .string("waste")), ("place", map([("latitude", .double(31.5))]))]),
            "objects": .list([map([("label", .string("pile"))])]),
        ]
        #expect(outcome(of: source, in: Self.environment, values) == expected)
    }
}
