import Geodesy

extension AreaSource {
    private static let usualNames = ["name", "NAME", "Name", "名称"]
    private static let usualCodes = ["code", "CODE", "编码", "网格编码", "id"]

    /// The areas of a GeoJSON file; what is wrong with it goes to the reader's complaints.
    func read(_ bytes: [UInt8]) -> (entries: [(area: AreaSet.Area, shape: GroundShape)], reader: ShapeReader) {
        var reader = ShapeReader(system: system, complaints: DataComplaints(file: file, bytes: bytes))
        var entries: [(AreaSet.Area, GroundShape)] = []
        var codes: [String: Int] = [:]
        let named = nameProperty.map { [$0] } ?? Self.usualNames
        let coded = codeProperty.map { [$0] } ?? Self.usualCodes
        var limits = GeoJSON.Limits()
        limits.properties = Set(named + coded)
        limits.system = system
        for feature in GeoJSON.read(bytes, limits: limits, into: &reader.complaints) {
            // Of points: without a radius they are refused.
            let radius: Double? = margin > 0 ? margin : nil
            guard let shape = reader.shape(feature.geometry, at: feature.offset, radius: radius) else { continue }
            let codeName = coded.first { feature.properties[$0] != nil }
            let code = codeName.flatMap { feature.properties[$0] } ?? feature.id ?? ""
            let place = codeName.flatMap { feature.places[$0] } ?? feature.offset
            if kind == .grid, !Self.isGridCode(code) {
                reader.complaints.add(
                    at: place,
                    code.isEmpty ? "a grid cell needs a code" : "\(code.prefix(40)) is no code of a grid cell",
                    hint: "15 digits, as text")
            }
            if !code.isEmpty, let first = codes.updateValue(place, forKey: code) {
                let line = reader.complaints.place(of: first).line
                reader.complaints.add(at: place, "the code \(code.prefix(40)) was already given on line \(line)")
            }
            let name = named.lazy.compactMap { feature.properties[$0] }.first ?? ""
            let area = AreaSet.Area(
                name: Self.shown(name.isEmpty ? (code.isEmpty ? self.name : code) : name), code: Self.shown(code),
                kind: kind, set: self.name, margin: isOfPoints(feature.geometry) ? 0 : margin)
            entries.append((area, shape))
        }
        return (entries, reader)
    }

    /// Their margin is their radius, and is not added a second time.
    private func isOfPoints(_ geometry: GeoJSON.Geometry?) -> Bool {
        ["Point", "MultiPoint"].contains(geometry?.type ?? "")
    }

    private static func isGridCode(_ code: String) -> Bool {
        code.utf8.count == 15 && code.utf8.allSatisfy { (48...57).contains($0) }
    }

    private static func shown(_ text: String) -> String {
        text.utf8.count <= 256 ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(64)))
    }
}
