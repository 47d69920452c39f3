import Foundation

/// What a line of `geo project` and its sensor say of their datum. One that is not WGS 84 refuses the line, as in
/// `geo convert`: read as WGS 84 it would put the place half a kilometre aside.
struct DatumLabels: Decodable {
    private enum Name: String, CodingKey, CaseIterable {
        case datum, crs
        case coordinateSystem = "coordinate_system"
    }

    private enum Part: String, CodingKey { case sensor }

    /// In a spelling without blanks and marks.
    private static let wgs84: Set<String> = [
        "wgs84", "wgs1984", "epsg4326", "4326", "epsg4979", "4979", "crs84", "ogccrs84",
    ]

    private var fault: String?

    init(from decoder: any Decoder) throws {
        fault = Self.fault(in: try decoder.container(keyedBy: Name.self))
        guard fault == nil else { return }
        let parts = try decoder.container(keyedBy: Part.self)
        fault = Self.fault(in: try parts.nestedContainer(keyedBy: Name.self, forKey: .sensor))
    }

    /// Nil when nothing is said but WGS 84.
    static func fault(in line: String) -> String? {
        (try? JSONDecoder().decode(Self.self, from: Data(line.utf8)))?.fault
    }

    private static func fault(in members: KeyedDecodingContainer<Name>) -> String? {
        for name in Name.allCases where members.contains(name) {
            if (try? members.decodeNil(forKey: name)) == true { continue }
            guard let text = try? members.decode(String.self, forKey: name) else {
                if let number = try? members.decode(Int.self, forKey: name), wgs84.contains(String(number)) { continue }
                return "\(name.rawValue) is not text"
            }
            if wgs84.contains(text.lowercased().filter { $0.isLetter || $0.isNumber }) { continue }
            return "\(name.rawValue) ‘\(text.prefix(64))’ is not WGS 84, which this command takes alone: "
                + "convert the sensor's place with `flyonce geo convert --to wgs84`"
        }
        return nil
    }
}
