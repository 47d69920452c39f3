import Testing

@testable import KLV

/// A stream in which nearly every item of ST 0601 occurs, with the sets nested in it.
@Suite struct `A full stream` {
    private static let packets: [KLVPacket] = {
        guard let stream = SampleFiles.bytes("h264_klv.ts") else { return [] }
        var payload: [UInt8] = []
        for start in stride(from: 0, to: stream.count - 187, by: 188)
        where Int(stream[start + 1] & 0x1F) << 8 | Int(stream[start + 2]) == 0x101 {
            var place = start + 4
            if stream[start + 3] & 0x20 != 0 { place += 1 + Int(stream[start + 4]) }
            if place < start + 188 { payload += stream[place..<start + 188] }
        }
        var framer = KLVFramer()
        var packets: [KLVPacket] = []
        framer.read(payload, time: nil) { packets.append($0) }
        framer.finish { packets.append($0) }
        return packets
    }()

    private func decoded() -> [DecodedSet] {
        var decoder = PacketDecoder()
        return Self.packets.map { decoder.decode($0) }
    }

    /// Names of the raw items, with those of the sets around them.
    private func raw(_ items: [LocalSetItem], _ path: String = "") -> [String] {
        items.flatMap { item -> [String] in
            let place = path + "/" + item.name
            return switch item.value {
            case .raw: [place]
            case .set(let nested): raw(nested, place)
            case .series(let members): members.flatMap { raw($0.items, place) }
            default: []
            }
        }
    }

    @Test func `leaves nothing raw but pictures`() throws {
        let sets = decoded()
        for set in sets {
            #expect(set.isComplete)
            #expect(set.issues.isEmpty)
            #expect(raw(set.items).filter { !$0.hasSuffix("/embeddedImage") } == [])
        }
    }

    @Test func `says what its packs say`() throws {
        guard let items = decoded().first?.items else { return }
        let flat = { (tag: Int) in items.value(tag).map { PackExamples.flat($0) } ?? "" }
        #expect(flat(81) == "{x0=0 y0=36 x1=56 y1=0}")
        #expect(flat(115) == "{commandID=5 command=Fly to Waypoint 1 commandTime=0}")
        #expect(flat(116) == "{commandID=3 commandID=7}")
        #expect(flat(139) == "{payloadID=0 payloadID=1 payloadID=3}")
        #expect(flat(142) == "{azimuth{start=210 range=300} elevation{start=-75 range=50}}")
        #expect(
            flat(97).hasSuffix(
                "sectionData{sectionNumberX=2 sectionNumberY=1 rangeMeasurementRowSeries"
                    + "[range=100][range=105][range=95][range=100] uncertaintyRowSeries=? "
                    + "planeXScaleFactor=1 planeYScaleFactor=2}}"
            ))
        #expect(flat(73).contains("userDefinedLocalSet{numericIDForDataType{numericID=1 dataType=0} userData=TEST}"))
        #expect(flat(101).contains("correspondencePointsElevationSeries[elevation=1500][elevation=1501]"))
        #expect(
            flat(102)
                == "{standardDeviations{sensorLatitude=1 sensorLongitude=2 platformHeadingAngle=0} "
                + "correlationSeries[first=sensorLatitude second=sensorLongitude coefficient=-0.5]}")
    }

    @Test(arguments: 1...6)
    func `survives flipped bits`(seed: Int) {
        var random = SeededGenerator(state: UInt64(seed) &* 7919)
        guard let whole = Self.packets.first else { return }
        for _ in 0..<60 {
            var bytes = whole.bytes
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                bytes[Int.random(in: 20..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
            }
            guard let packet = KLVPacket(bytes) else { continue }
            var decoder = PacketDecoder()
            let set = decoder.decode(packet)
            _ = try? ST0601.encode(set.items)
        }
    }

    @Test func `survives truncation at every byte`() throws {
        guard let whole = Self.packets.first, let key = SetKind.st0601.universalKey else { return }
        let value = Array(whole.bytes[whole.value])
        for cut in stride(from: 0, to: value.count, by: 3) {
            var bytes = key
            BER.append(length: cut, to: &bytes)
            bytes += value[..<cut]
            var decoder = PacketDecoder()
            let set = decoder.decode(try #require(KLVPacket(bytes)))
            #expect(set.issues.isEmpty)
        }
    }
}
