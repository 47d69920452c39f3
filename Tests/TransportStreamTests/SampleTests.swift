import Testing

@testable import TransportStream

@Suite struct `Recorded streams` {
    @Test func `reads a stream with one metadata unit a picture`() {
        guard let bytes = SampleFiles.bytes("osh_uas.ts") else { return }
        let reading = Reading(bytes)
        let video = reading.units(of: 0x100)
        let metadata = reading.units(of: 0x101)
        #expect(video.count == 277)
        #expect(metadata.count == 277)
        #expect(metadata.map(\.pts) == video.map(\.pts))
        #expect(video.first?.ptsMicroseconds == 2_167_000)
        #expect(video.last?.ptsMicroseconds == 11_367_000)
        #expect(metadata.reduce(0) { $0 + $1.bytes.count } == 71_128)
        #expect(reading.counters.faults.isEmpty)
    }

    @Test(arguments: ["synth_drone_klv.ts", "synth_drone_klv_sync15.ts", "synth_drone_klv_nopts.ts"])
    func `gives the same metadata by every carriage`(name: String) throws {
        guard let bytes = SampleFiles.bytes(name), let packets = SampleFiles.bytes("synth_drone_klv.ts.klv") else {
            return
        }
        let reading = Reading(bytes, sizes: [1316, 65_536, 100])
        let metadata = reading.units(of: 0x42)
        #expect(metadata.count == 100)
        #expect(metadata.flatMap(\.bytes) == packets)
        #expect(reading.units(of: 0x41).count == 250)
        let times = metadata.compactMap(\.ptsMicroseconds)
        if name.contains("nopts") {
            #expect(times.isEmpty)
        } else {
            let first = try #require(times.first)
            #expect(times.enumerated().allSatisfy { abs($1 - first - Int64($0) * 100_000) <= 12 })
        }
    }
}
