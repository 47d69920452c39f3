import Geodesy

/// What stands in a GeoJSON file (RFC 7946), each thing with the byte it begins at. Coordinates as they are written.
enum GeoJSON {
    struct Vertex: Sendable {
        var longitude: Double
        var latitude: Double
        var offset: Int
    }

    /// How deep lists of positions stand inside each other.
    enum Coordinates: Sendable {
        case position(Vertex)
        case positions([Vertex])
        case rings([[Vertex]])
        case polygons([[[Vertex]]])
        case none
    }

    struct Geometry: Sendable {
        var type = ""
        var coordinates = Coordinates.none
        var offset = 0
    }

    struct Feature: Sendable {
        /// As text, from the feature or its properties.
        var id: String?
        var geometry: Geometry?
        /// Those that were asked for: text, numbers and truths as text.
        var properties: [String: String] = [:]
        var offset = 0
        /// Where each property's value begins.
        var places: [String: Int] = [:]
    }

    struct Limits: Sendable {
        var features = 200_000
        var vertices = 2_000_000
        /// Names of the properties that are read; what nobody asks for is passed over.
        var properties: Set<String> = []
        /// What the settings say the coordinates are in.
        var system = Datum.wgs84
    }

    /// The features of a collection, of a single feature, or of a bare geometry. Complains of what is no GeoJSON; the features
    /// before it are given all the same, so that what is wrong with them is told too.
    static func read(_ bytes: [UInt8], limits: Limits, into complaints: inout DataComplaints) -> [Feature] {
        var reader = GeoJSONReader(bytes, limits: limits)
        do throws(GeoJSONReader.Fault) {
            return try reader.read()
        } catch {
            complaints.add(at: error.offset, error.message, hint: error.hint)
            return reader.features
        }
    }
}

/// Reads the one document; the first thing that is no GeoJSON ends it.
struct GeoJSONReader {
    struct Fault: Error {
        var offset: Int
        var message: String
        var hint = ""
    }

    private var cursor: JSONCursor
    private let limits: GeoJSON.Limits
    private var vertices = 0
    /// Of a collection, those that were read.
    private(set) var features: [GeoJSON.Feature] = []

    init(_ bytes: [UInt8], limits: GeoJSON.Limits) {
        cursor = JSONCursor(bytes)
        self.limits = limits
    }

    mutating func read() throws(Fault) -> [GeoJSON.Feature] {
        cursor.skipMark()
        var single = GeoJSON.Feature()
        var type = ""
        let start = try cursor.peek()
        try object { (reader, key) throws(Fault) in
            switch key {
            case "type": type = try reader.cursor.text() ?? ""
            case "features":
                try reader.array { (reader) throws(Fault) in
                    guard reader.features.count < reader.limits.features else {
                        throw Fault(
                            offset: reader.cursor.offset, message: "has more than \(reader.limits.features) features")
                    }
                    let feature = try reader.feature()
                    reader.features.append(feature)
                }
            case "crs": try reader.coordinateSystem()
            default: try reader.member(key, of: &single)
            }
        }
        try cursor.end()
        switch type {
        case "FeatureCollection": return features
        case "Feature": return [single]
        case "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon":
            single.geometry?.type = type
            return [single]
        default:
            throw Fault(offset: start, message: "is not GeoJSON", hint: "\"type\": \"FeatureCollection\" is expected")
        }
    }

    private mutating func feature() throws(Fault) -> GeoJSON.Feature {
        var feature = GeoJSON.Feature()
        feature.offset = try cursor.peek()
        try object { (reader, key) throws(Fault) in try reader.member(key, of: &feature) }
        return feature
    }

    private mutating func member(_ key: String, of feature: inout GeoJSON.Feature) throws(Fault) {
        switch key {
        case "id": feature.id = try cursor.scalar()
        case "geometry": feature.geometry = try geometry()
        case "coordinates":
            var geometry = GeoJSON.Geometry()
            geometry.offset = try cursor.peek()
            geometry.coordinates = try coordinates(0)
            feature.geometry = geometry
        case "properties":
            var found: [String: String] = [:]
            var places: [String: Int] = [:]
            if try cursor.peekByte() != UInt8(ascii: "{") { return try cursor.skip() }
            try object { (reader, name) throws(Fault) in
                guard reader.limits.properties.contains(name) else { return try reader.cursor.skip() }
                let place = try reader.cursor.peek()
                guard let value = try reader.cursor.scalar() else { return }
                found[name] = value
                places[name] = place
            }
            feature.properties = found
            feature.places = places
        default: try cursor.skip()
        }
    }

    private mutating func geometry() throws(Fault) -> GeoJSON.Geometry? {
        if try cursor.peekByte() != UInt8(ascii: "{") {
            try cursor.skip()
            return nil
        }
        var geometry = GeoJSON.Geometry()
        geometry.offset = try cursor.peek()
        try object { (reader, key) throws(Fault) in
            switch key {
            case "type": geometry.type = try reader.cursor.text() ?? ""
            case "coordinates": geometry.coordinates = try reader.coordinates(0)
            default: try reader.cursor.skip()
            }
        }
        return geometry
    }

    /// The member of old that names another datum than WGS 84's longitude and latitude.
    private mutating func coordinateSystem() throws(Fault) {
        let place = try cursor.peek()
        let text = try cursor.raw()
        for system in [Datum.gcj02, .bd09] where system.isNamed(in: text) {
            guard limits.system != system else { return }
            throw Fault(
                offset: place,
                message: "states \(system.rawValue), and its entry in the settings \(limits.system.rawValue)",
                hint: "crs: \(system.rawValue) in the entry converts it")
        }
        let known = ["CRS84", "4326", "4490", "4979"]
        guard text == "null" || known.contains(where: { text.contains($0) }) else {
            throw Fault(
                offset: place, message: "states a coordinate system that is not longitude and latitude",
                hint: "convert it with ogr2ogr -t_srs EPSG:4326")
        }
    }

    private mutating func coordinates(_ depth: Int) throws(Fault) -> GeoJSON.Coordinates {
        let offset = try cursor.peek()
        guard try cursor.peekByte() == UInt8(ascii: "[") else {
            throw Fault(offset: offset, message: "a list of coordinates must stand here")
        }
        guard depth < 4 else { throw Fault(offset: offset, message: "coordinates stand too deep in lists") }
        var numbers: [Double] = []
        var found = Members()
        try array { (reader) throws(Fault) in
            let place = try reader.cursor.peek()
            if try reader.cursor.peekByte() != UInt8(ascii: "[") {
                guard found.isEmpty, numbers.count < 4 else {
                    throw Fault(offset: place, message: "a position has two or three numbers")
                }
                numbers.append(try reader.cursor.number())
                return
            }
            guard numbers.isEmpty else { throw Fault(offset: place, message: "a position holds a list") }
            let child = try reader.coordinates(depth + 1)
            guard found.append(child) else {
                throw Fault(offset: place, message: "lists of coordinates of different depth stand side by side")
            }
        }
        guard !numbers.isEmpty else { return found.coordinates }
        guard numbers.count >= 2 else { throw Fault(offset: offset, message: "a position has two or three numbers") }
        vertices += 1
        guard vertices <= limits.vertices else {
            throw Fault(offset: offset, message: "has more than \(limits.vertices) positions", hint: "simplify it")
        }
        return .position(GeoJSON.Vertex(longitude: numbers[0], latitude: numbers[1], offset: offset))
    }

    /// What stands in one list: each kind has an array of its own, which grows where it lies.
    private struct Members {
        private var positions: [GeoJSON.Vertex] = []
        private var lines: [[GeoJSON.Vertex]] = []
        private var polygons: [[[GeoJSON.Vertex]]] = []

        var isEmpty: Bool { positions.isEmpty && lines.isEmpty && polygons.isEmpty }

        var coordinates: GeoJSON.Coordinates {
            if !polygons.isEmpty { return .polygons(polygons) }
            if !lines.isEmpty { return .rings(lines) }
            return positions.isEmpty ? .none : .positions(positions)
        }

        /// False for what is of another kind than what stands here.
        mutating func append(_ child: GeoJSON.Coordinates) -> Bool {
            switch child {
            case .position(let vertex) where lines.isEmpty && polygons.isEmpty: positions.append(vertex)
            case .positions(let line) where positions.isEmpty && polygons.isEmpty: lines.append(line)
            case .rings(let rings) where positions.isEmpty && lines.isEmpty: polygons.append(rings)
            default: return false
            }
            return true
        }
    }

    private mutating func object(
        _ body: (inout GeoJSONReader, String) throws(Fault) -> Void
    ) throws(Fault) {
        try cursor.open("{")
        var isFirst = true
        while try cursor.next("}", isFirst: &isFirst) {
            let key = try cursor.key()
            try body(&self, key)
        }
    }

    private mutating func array(_ body: (inout GeoJSONReader) throws(Fault) -> Void) throws(Fault) {
        try cursor.open("[")
        var isFirst = true
        while try cursor.next("]", isFirst: &isFirst) { try body(&self) }
    }
}
