import Geodesy
import LocatedYAML

extension GroundData {
    /// `areas` and `registers` of a pack's test: discs, since a test needs no outlines.
    static func decode(_ mapping: YAMLMapping) -> GroundData {
        let areas = mapping.list("areas") { area -> (AreaSet.Area, GroundShape)? in
            let kind = area.enumeration("kind", default: AreaSource.Kind.other)
            let name = area.string("name")
            let code = area.string("code", default: "")
            return disc(area).map { (AreaSet.Area(name: name, code: code, kind: kind, set: name, margin: 0), $0) }
        }
        var registers: [Register] = []
        for name in mapping.mapping("registers", { names($0) }) {
            let rows = mapping.mapping("registers") { registers in registers.list(name) { row($0) } }
            registers.append(Register(name: name, rows: rows.compactMap(\.self)))
        }
        return GroundData(areas: AreaSet(areas.compactMap(\.self)), registers: registers)
    }

    private static func names(_ mapping: YAMLMapping) -> [String] { mapping.allEntries().map(\.key) }

    private static func row(_ mapping: YAMLMapping) -> Register.Row? {
        let from = time(mapping, "from")
        let until = time(mapping, "to")
        let id = mapping.string("id")
        let name = mapping.string("name", default: "")
        return disc(mapping).map {
            Register.Row(
                id: id, name: name, from: from?.instant, until: until?.end,
                stated: .init(from: from?.shown, until: until?.shown), shape: $0)
        }
    }

    private static func time(_ mapping: YAMLMapping, _ key: String) -> CalendarText? {
        guard let text = mapping.optionalString(key) else { return nil }
        let time = CalendarText(text, utcOffsetSeconds: 0)
        if time == nil { mapping.complain(key, "is no day or time", hint: "such as 2026-08-15") }
        return time
    }

    private static func disc(_ mapping: YAMLMapping) -> GroundShape? {
        let radius = mapping.number("radius_m", default: 30, in: 0...100_000)
        return GroundShape(discs: [.init(center: TestFrame.point(mapping), radius: radius)])
    }
}
