import Foundation

/// The members of a line of `geo convert`. One that is not known refuses the line: a `datum` that nobody reads would
/// put a place half a kilometre aside.
struct PlaceMembers: Decodable {
    var lat: Double?
    var lon: Double?
    var hae_m: Double?
    var easting_m: Double?
    var northing_m: Double?
    var crs: String?
    var mgrs: String?
    var geohash: String?
    var plus_code: String?
    var title: String?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case lat, lon, hae_m, easting_m, northing_m, crs, mgrs, geohash, plus_code, title
    }

    private struct AnyKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }

    /// The names in an object, whatever their values.
    private struct Names: Decodable {
        var all: [String]

        init(from decoder: any Decoder) throws {
            all = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
        }
    }

    init(line: String) throws(StatedPlace.Fault) {
        let data = Data(line.utf8)
        do {
            let names = try JSONDecoder().decode(Names.self, from: data).all.sorted()
            if let stranger = names.first(where: { CodingKeys(rawValue: $0) == nil }) {
                let known = CodingKeys.allCases.map(\.rawValue).joined(separator: ", ")
                throw StatedPlace.Fault("‘\(stranger.prefix(64))’ is no member of a place: it has \(known)")
            }
            self = try JSONDecoder().decode(Self.self, from: data)
        } catch let fault as StatedPlace.Fault {
            throw fault
        } catch DecodingError.typeMismatch(_, let context) where !context.codingPath.isEmpty {
            let name = context.codingPath[0].stringValue
            let kind = CodingKeys(rawValue: name).map(Self.isText) ?? false ? "text" : "a number"
            throw StatedPlace.Fault("\(name) is not \(kind)")
        } catch DecodingError.typeMismatch {
            throw StatedPlace.Fault("the line is not a JSON object")
        } catch {
            throw StatedPlace.Fault("the line is not JSON, or has a number that no double holds")
        }
    }

    private static func isText(_ key: CodingKeys) -> Bool {
        switch key {
        case .crs, .mgrs, .geohash, .plus_code, .title: true
        case .lat, .lon, .hae_m, .easting_m, .northing_m: false
        }
    }
}
