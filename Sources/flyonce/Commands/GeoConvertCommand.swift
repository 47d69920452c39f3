import ArgumentParser
import Foundation
import Geodesy
import Inspection

extension GeoCommand {
    struct Convert: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write places in other coordinates: a line of JSON in, a line out.",
            discussion: """
                Reads a place a line from standard input: {"lat","lon","crs"} with crs wgs84 (when left out),
                cgcs2000, gcj02 or bd09; {"easting_m","northing_m","crs":"EPSG:4548"}; {"mgrs"}, {"geohash"} or
                {"plus_code"}, which are read as the centre of their cell. "hae_m" and "title" may stand beside them.
                Answers each line's number, what was read, and the place in every system, each with its datum; a
                system that does not reach the place says so in its "error". A line that means no place is answered
                {"line","error"}, the rest go on, and the exit code is 65. See docs/coordinates.md.
                """)

        @Option(
            name: .customLong("to"),
            help: ArgumentHelp(
                "Only these, separated by commas: \(PlaceNotation.names.joined(separator: ", ")), or EPSG:… of a zone.",
                valueName: "names"))
        var targets: String?

        func validate() throws { _ = try notations() }

        private func notations() throws -> [PlaceNotation] {
            guard let targets else { return PlaceNotation.usual }
            var named: Set<String> = []
            return try targets.split(separator: ",", omittingEmptySubsequences: false).map { part in
                let name = part.trimmingCharacters(in: .whitespaces)
                guard let notation = PlaceNotation(name: name) else {
                    throw ValidationError(
                        "--to knows no ‘\(name)’. It knows \(PlaceNotation.names.joined(separator: ", ")) and EPSG:… .")
                }
                return notation
            }.filter { named.insert($0.name).inserted }
        }

        func run() throws {
            let notations = try notations()
            var (number, places, refused) = (0, 0, 0)
            for line in LineInput() {
                number += 1
                if let line, line.allSatisfy(\.isWhitespace) { continue }
                places += 1
                do throws(Refusal) {
                    guard let line else { throw Refusal("the line is longer than \(LineInput.limit) bytes") }
                    printLine(try Self.answer(to: line, number: number, in: notations))
                } catch {
                    refused += 1
                    var json = JSONText(capacity: 160)
                    json.object { json in
                        json.member("line", number)
                        json.member("error", error.sentence)
                    }
                    printLine(json.string)
                }
            }
            guard refused == 0 else {
                throw Failure(.badInput, "\(refused) of \(places) lines mean no place that can be converted.")
            }
        }

        /// Why a line has no answer.
        struct Refusal: Error {
            var sentence: String

            init(_ sentence: String) { self.sentence = sentence }
        }

        static func answer(
            to line: String, number: Int, in notations: [PlaceNotation]
        ) throws(Refusal) -> String {
            let stated: StatedPlace
            do {
                stated = try StatedPlace(line: line)
            } catch {
                throw Refusal(error.sentence)
            }
            var json = JSONText(capacity: 2048)
            var complaints: [CoordinateFault] = []
            json.object { json in
                json.member("line", number)
                json.member("from") { stated.write(to: &$0) }
                for notation in notations {
                    json.member(notation.name) { json in
                        do throws(CoordinateFault) {
                            try notation.write(stated, to: &json)
                        } catch {
                            complaints.append(error)
                            json.object { $0.member("error", error.description) }
                        }
                    }
                }
            }
            if complaints.count == notations.count, let first = complaints.first { throw Refusal(first.description) }
            return json.string
        }
    }
}
