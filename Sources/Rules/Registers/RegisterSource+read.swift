import Geodesy
import Inspection

extension RegisterSource {
    /// What a row states, wherever it stands.
    private struct Fields {
        var values: [String: String] = [:]
        var places: [String: Int] = [:]
        var offset = 0

        func text(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }
        func place(_ name: String) -> Int { places[name] ?? offset }
    }

    /// The rows of a CSV or GeoJSON file, told apart by their first character; what is wrong goes to the reader's complaints.
    func read(_ bytes: [UInt8]) -> (rows: [Register.Row], reader: ShapeReader) {
        var reader = ShapeReader(system: system, complaints: DataComplaints(file: file, bytes: bytes))
        let first = bytes.first { ![0xEF, 0xBB, 0xBF, 32, 9, 10, 13].contains($0) }
        let rows = first == UInt8(ascii: "{") ? features(bytes, &reader) : lines(bytes, &reader)
        return (rows, reader)
    }

    private func features(_ bytes: [UInt8], _ reader: inout ShapeReader) -> [Register.Row] {
        var rows: [Register.Row] = []
        var ids: [String: Int] = [:]
        var limits = GeoJSON.Limits()
        limits.features = Register.limit
        limits.properties = columns.all
        limits.system = system
        for feature in GeoJSON.read(bytes, limits: limits, into: &reader.complaints) {
            var fields = Fields(values: feature.properties, places: feature.places, offset: feature.offset)
            if fields.text(columns.id) == nil { fields.values[columns.id] = feature.id ?? "" }
            let radius = radius(fields, &reader)
            let shape = reader.shape(feature.geometry, at: feature.offset, radius: radius)
            if let row = row(fields, shape, &ids, &reader) { rows.append(row) }
        }
        return rows
    }

    private func lines(_ bytes: [UInt8], _ reader: inout ShapeReader) -> [Register.Row] {
        var table = CSVTable(bytes, maximumRows: Register.limit, into: &reader.complaints)
        guard let header = table.header else {
            if reader.complaints.isEmpty { reader.complaints.add(at: nil, "has no line of column names") }
            return []
        }
        let names = header.cells.map(\.text)
        for column in [columns.id, columns.latitude, columns.longitude] where !names.contains(column) {
            reader.complaints.add(
                at: header.offset, "has no column \(column)",
                hint:
                    "say by columns of the register's entry in a configuration (--config FILE) which they are; "
                    + "here are \(names.prefix(12).joined(separator: ", "))")
        }
        for (index, name) in names.enumerated() where !name.isEmpty && names.firstIndex(of: name) != index {
            reader.complaints.add(at: header.cells[index].offset, "the column \(name.prefix(40)) stands twice")
        }
        guard reader.complaints.isEmpty else { return [] }
        var rows: [Register.Row] = []
        var ids: [String: Int] = [:]
        let wanted = names.indices.filter { columns.all.contains(names[$0]) }
        while let line = table.next(into: &reader.complaints) {
            guard line.cells.count == names.count else {
                reader.complaints.add(
                    at: line.offset, "has \(line.cells.count) values under \(names.count) column names",
                    hint: "a comma inside of a value wants the value in quotes")
                continue
            }
            var fields = Fields(offset: line.offset)
            for index in wanted {
                fields.values[names[index]] = line.cells[index].text
                fields.places[names[index]] = line.cells[index].offset
            }
            let shape = disc(fields, &reader)
            if let row = row(fields, shape, &ids, &reader) { rows.append(row) }
        }
        return rows
    }

    private func disc(_ fields: Fields, _ reader: inout ShapeReader) -> GroundShape? {
        var degrees: [Double] = []
        for column in [columns.longitude, columns.latitude] {
            guard let text = fields.text(column) else {
                reader.complaints.add(at: fields.place(column), "has no \(column)")
                return nil
            }
            guard let number = Double(text), number.isFinite else {
                reader.complaints.add(
                    at: fields.place(column), "\(column) is no number: \(text.prefix(40))",
                    hint: "degrees such as 118.5104")
                return nil
            }
            degrees.append(number)
        }
        let radius = radius(fields, &reader)
        let place = fields.place(columns.latitude)
        guard let center = reader.point(longitude: degrees[0], latitude: degrees[1], at: place), let radius else {
            return nil
        }
        return GroundShape(discs: [.init(center: center, radius: radius)])
    }

    private func radius(_ fields: Fields, _ reader: inout ShapeReader) -> Double? {
        guard let text = fields.text(columns.radius) else { return radius }
        guard let number = Double(text), (0...100_000).contains(number) else {
            reader.complaints.add(
                at: fields.place(columns.radius), "\(columns.radius) must be from 0 to 100000 m, not \(text.prefix(40))"
            )
            return nil
        }
        return number
    }

    /// Nil when something is wrong with it.
    private func row(
        _ fields: Fields, _ shape: GroundShape?, _ ids: inout [String: Int], _ reader: inout ShapeReader
    ) -> Register.Row? {
        let from = time(columns.from, fields, &reader)
        let until = time(columns.to, fields, &reader)
        guard let id = fields.text(columns.id) else {
            reader.complaints.add(at: fields.place(columns.id), "has no \(columns.id)")
            return nil
        }
        if let first = ids.updateValue(fields.place(columns.id), forKey: id) {
            let line = reader.complaints.place(of: first).line
            reader.complaints.add(at: fields.place(columns.id), "\(id.prefix(40)) was already given on line \(line)")
        }
        if let from, let until, until.end <= from.instant {
            reader.complaints.add(at: fields.place(columns.to), "ends before it begins")
        }
        guard let shape else { return nil }
        return Register.Row(
            id: String(id.prefix(128)), name: String((fields.text(columns.name) ?? "").prefix(128)),
            from: from?.instant, until: until?.end, stated: .init(from: from?.shown, until: until?.shown), shape: shape)
    }

    private func time(_ column: String, _ fields: Fields, _ reader: inout ShapeReader) -> CalendarText? {
        guard let text = fields.text(column) else { return nil }
        let time = CalendarText(text, utcOffsetSeconds: utcOffsetSeconds)
        if time == nil {
            reader.complaints.add(
                at: fields.place(column), "\(column) is no day or time: \(text.prefix(40))", hint: "such as 2026-08-15")
        }
        return time
    }
}
