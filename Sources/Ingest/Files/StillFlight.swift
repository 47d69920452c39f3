import Inspection

/// Still pictures of one sortie, in the order they were taken.
struct StillFlight: Sendable, Hashable {
    struct Picture: Sendable, Hashable {
        var file: StillFile
        /// From the first picture of the flight.
        var time: RunningTime
    }

    let pictures: [Picture]

    /// That of the first picture: the same flight whether or not more pictures of it come.
    var content: String { pictures.first?.file.identity ?? "" }

    /// Parts `files` where more than `gap` seconds lie between two pictures. Pictures that are there twice count once.
    static func flights(of files: [StillFile], gap: Double) -> [StillFlight] {
        var seen: Set<String> = []
        var flights: [[StillFile]] = []
        var last: FileFacts.PictureTime?
        for file in files where seen.insert(file.identity).inserted {
            var isApart = flights.isEmpty
            if let time = file.time, let before = last, time.isUTC == before.isUTC {
                isApart = isApart || abs(Double(time.instant.microseconds(since: before.instant))) / 1e6 > gap
            }
            if isApart { flights.append([]) }
            flights[flights.count - 1].append(file)
            last = file.time ?? last
        }
        return flights.map { StillFlight($0) }
    }

    /// By time where every picture says its own on one clock, else by path.
    static func ordered(_ files: [StillFile]) -> [StillFile] {
        let kinds = Set(files.map { $0.time?.isUTC })
        guard kinds.count == 1, kinds.first != .some(nil) else { return files.sorted { $0.path < $1.path } }
        return files.sorted { a, b in
            guard let first = a.time?.instant, let second = b.time?.instant, first != second else {
                return a.path < b.path
            }
            return first < second
        }
    }

    /// Running time is that since the first picture; one second after the picture before where a picture does not say its
    /// time, or goes back.
    private init(_ files: [StillFile]) {
        var pictures: [Picture] = []
        let first = files.first?.time
        for file in files {
            var time = RunningTime(nanoseconds: 0)
            if let own = file.time, let first, own.isUTC == first.isUTC {
                time = time.advanced(by: Double(own.instant.microseconds(since: first.instant)) / 1e6)
            }
            if let last = pictures.last?.time, time <= last { time = last.advanced(by: 1) }
            pictures.append(Picture(file: file, time: time))
        }
        self.pictures = pictures
    }
}
