import Geodesy

/// Makes shapes of what a file states, and says what is wrong with it.
struct ShapeReader {
    let system: Datum
    var complaints: DataComplaints
    /// Rings whose last corner is not their first: closed here.
    private(set) var closedRings = 0

    init(system: Datum, complaints: DataComplaints) {
        self.system = system
        self.complaints = complaints
    }

    /// A place in the file's own coordinates. Nil, with a complaint, when it is off the globe.
    mutating func point(longitude: Double, latitude: Double, at offset: Int) -> GeodeticPoint? {
        let stated = GeodeticPoint(latitude: latitude, longitude: longitude, height: 0)
        guard stated.isOnGlobe else {
            if abs(longitude) <= 90, abs(latitude) <= 180 {
                complaints.add(
                    at: offset, "latitude \(latitude) is off the globe: latitude and longitude are swapped",
                    hint: "longitude comes first in GeoJSON")
            } else if abs(longitude) > 1000 || abs(latitude) > 1000 {
                complaints.add(
                    at: offset, "\(longitude), \(latitude) are metres of a projection, not degrees",
                    hint: "convert it with ogr2ogr -t_srs EPSG:4326")
            } else {
                complaints.add(at: offset, "\(longitude), \(latitude) is off the globe")
            }
            return nil
        }
        return system.toWGS84(stated)
    }

    /// Nil, with complaints, when it bounds nothing. `radius` makes discs of points; without one they are refused.
    mutating func shape(_ geometry: GeoJSON.Geometry?, at offset: Int, radius: Double?) -> GroundShape? {
        guard let geometry else {
            complaints.add(at: offset, "has no geometry")
            return nil
        }
        switch (geometry.type, geometry.coordinates) {
        case ("Polygon", .rings(let rings)): return areas([rings])
        case ("MultiPolygon", .polygons(let polygons)): return areas(polygons)
        case ("LineString", .positions(let line)): return lines([line], at: geometry.offset)
        case ("MultiLineString", .rings(let all)): return lines(all, at: geometry.offset)
        case ("Point", .position(let vertex)): return discs([vertex], radius)
        case ("MultiPoint", .positions(let all)): return discs(all, radius)
        case ("Polygon", _), ("MultiPolygon", _), ("LineString", _), ("MultiLineString", _), ("Point", _),
            ("MultiPoint", _):
            complaints.add(at: geometry.offset, "its coordinates are not those of a \(geometry.type)")
        default:
            complaints.add(
                at: geometry.offset, "cannot use a geometry of type \"\(geometry.type.prefix(40))\"",
                hint: "Polygon, MultiPolygon, LineString, MultiLineString, Point")
        }
        return nil
    }

    private mutating func areas(_ polygons: [[[GeoJSON.Vertex]]]) -> GroundShape? {
        var areas: [[[GeodeticPoint]]] = []
        for written in polygons {
            var rings: [[GeodeticPoint]] = []
            for ring in written {
                guard let points = points(ring) else { return nil }
                if ring.count > 2, let first = points.first, points.last != first { closedRings += 1 }
                rings.append(points)
            }
            if let fault = RingFault.first(in: rings) {
                say(fault, written)
                return nil
            }
            areas.append(rings)
        }
        return GroundShape(areas: areas)
    }

    private mutating func lines(_ written: [[GeoJSON.Vertex]], at offset: Int) -> GroundShape? {
        var lines: [[GeodeticPoint]] = []
        for line in written {
            guard let points = points(line) else { return nil }
            lines.append(points)
        }
        let shape = GroundShape(lines: lines)
        if shape == nil { complaints.add(at: offset, "a line needs two points at different places") }
        return shape
    }

    private mutating func discs(_ vertices: [GeoJSON.Vertex], _ radius: Double?) -> GroundShape? {
        guard let points = points(vertices), let offset = vertices.first?.offset else { return nil }
        guard let radius else {
            complaints.add(at: offset, "a point bounds nothing", hint: "give the entry a margin_m, or draw its outline")
            return nil
        }
        return GroundShape(discs: points.map { GroundShape.Disc(center: $0, radius: radius) })
    }

    private mutating func points(_ vertices: [GeoJSON.Vertex]) -> [GeodeticPoint]? {
        var points: [GeodeticPoint] = []
        points.reserveCapacity(vertices.count)
        for vertex in vertices {
            guard let point = point(longitude: vertex.longitude, latitude: vertex.latitude, at: vertex.offset) else {
                return nil
            }
            points.append(point)
        }
        return points
    }

    private mutating func say(_ fault: RingFault, _ rings: [[GeoJSON.Vertex]]) {
        func vertex(_ ring: Int, _ corner: Int) -> GeoJSON.Vertex? {
            rings.indices.contains(ring) && rings[ring].indices.contains(corner) ? rings[ring][corner] : nil
        }
        let offset = vertex(fault.ring, fault.corner)?.offset
        let other = vertex(fault.otherRing, fault.otherCorner).map { complaints.place(of: $0.offset) }
        let otherPlace = other.map { " of \($0.line):\($0.column)" } ?? ""
        let message =
            switch fault.kind {
            case .tooFewCorners: "a ring needs three corners at different places"
            case .offGlobe: "is off the globe"
            case .repeatedCorner: "the ring comes back to the corner\(otherPlace)"
            case .crossing: "the edge from here crosses the edge\(otherPlace)"
            case .spike: "the ring goes back the way it came"
            case .aroundPole: "the ring runs round a pole"
            case .holeOutside: "the hole lies outside of its polygon"
            case .tangled: "too many edges lie over one another"
            }
        let hint =
            [.repeatedCorner, .crossing, .spike].contains(fault.kind) ? "repair it with ST_MakeValid or QGIS" : ""
        complaints.add(at: offset, message, hint: hint)
    }
}
