import Inspection

/// What one packet said, of any dialect, before it has its place on the stream's time line.
struct PacketReading: Sendable {
    /// Nil where the carrier gave none.
    var time: RunningTime?
    /// The sender's own clock, microseconds, uncorrected: for the distances between its packets.
    var precision: Int64?
    var utc: UTCTime?
    /// Of the frame it is about: the PES PTS, microseconds.
    var pts: Int64?
    var sample: TelemetrySample?
    var objects: ObjectReport?
    /// True when it is about what a frame shows, even if that is nothing.
    var reportsObjects = false
    /// Labels that whoever looked at the frame says it can see.
    var declared: [String] = []
    /// Other objects of the same frame come in readings of their own.
    var isOfOneObject = false
    /// Tells apart several vehicles or analysers of one feed.
    var stream = ""
    var arrival: UTCTime

    init(_ reading: MetadataReading, arrival: UTCTime) {
        time = reading.time
        utc = reading.utc ?? reading.sample?.utc
        pts = reading.ptsMicroseconds
        sample = reading.sample
        stream = reading.stream
        reportsObjects = reading.reportsObjects
        declared = reading.declared
        isOfOneObject = reading.isOfOneObject
        if !reading.objects.isEmpty { objects = .objects(reading.objects, reading.boxUnit) }
        self.arrival = arrival
    }

    /// `declared`: labels that the analyser of the stream can see, where its ontology is not to be asked.
    init(_ reading: MetadataStream.Reading, declared: [String], arrival: UTCTime) {
        time = reading.time
        precision = reading.precision
        utc = reading.sample?.utc ?? reading.precision.map { UTCTime(microseconds: $0) }
        sample = reading.sample
        objects = reading.targets.map { .vmti($0) }
        if reading.tellsAllTargets { self.declared = declared.isEmpty ? reading.ontology : declared }
        self.arrival = arrival
    }
}
