import Geodesy
import Testing

@testable import Inspection

@Suite struct MetadataLogTests {
    static func log(_ seed: UInt64, frames count: Int) -> (bytes: [UInt8], frames: [FrameMetadata]) {
        var sample = MetadataSample(seed: seed)
        var encoder = MetadataLogEncoder()
        var bytes = MetadataLogEncoder.start
        encoder.append(MetadataSample.header(seed: seed), to: &bytes)
        let frames = (0..<count).map { sample.frame($0) }
        for frame in frames { _ = encoder.append(frame, to: &bytes) }
        return (bytes, frames)
    }

    static func read(
        _ bytes: [UInt8], pieces: Int = .max
    ) -> (entries: [MetadataLogDecoder.Entry], decoder: MetadataLogDecoder) {
        var decoder = MetadataLogDecoder()
        var entries: [MetadataLogDecoder.Entry] = []
        for start in stride(from: 0, to: bytes.count, by: min(pieces, max(bytes.count, 1))) {
            decoder.add(Array(bytes[start..<min(bytes.count, start + min(pieces, bytes.count))]))
            while let entry = decoder.next() { entries.append(entry) }
        }
        return (entries, decoder)
    }

    @Test(arguments: UInt64(1)...20)
    func `gives back every field of header and frames, bit by bit`(seed: UInt64) throws {
        let (bytes, frames) = Self.log(seed, frames: 50)
        let (entries, decoder) = Self.read(bytes)
        #expect(decoder.fault == nil && decoder.damagedRecords == 0 && decoder.waitingBytes == 0)
        #expect(decoder.soundBytes == bytes.count)
        try #require(entries.count == frames.count + 1)
        guard case .header(let header) = entries[0] else {
            Issue.record("no header")
            return
        }
        #expect(everything(of: header) == everything(of: MetadataSample.header(seed: seed)))
        for (entry, frame) in zip(entries.dropFirst(), frames) {
            guard case .frame(let read) = entry else {
                Issue.record("no frame")
                continue
            }
            #expect(everything(of: read) == everything(of: frame))
        }
    }

    /// What is added to these types must be added to the log, and to the sample above.
    @Test func `knows every field there is`() {
        func fields(_ value: Any) -> [String] { Mirror(reflecting: value).children.compactMap(\.label) }
        var sample = MetadataSample(seed: 5)
        let frame = sample.frame(0)
        #expect(
            fields(frame) == [
                "frame", "utc", "provenance", "telemetry", "poseAge", "objects", "clockError", "motion",
                "lookedFor",
            ])
        // How a picture is to be turned is of no use to whom has none.
        #expect(
            fields(frame.frame) == [
                "index", "time", "ptsMicroseconds", "width", "height", "orientation", "isKey", "arrival", "carrierTime",
                "picture",
            ])
        #expect(
            fields(PictureFeatures(luma: 0, contrast: 0, sharpness: 0, motion: nil)) == [
                "luma", "contrast", "sharpness", "motion",
            ])
        #expect(
            fields(TelemetrySample()) == [
                "utc", "latitude", "longitude", "heightMSL", "heightHAE", "heightAboveTakeoff", "platform", "camera",
                "horizontalFieldOfView", "verticalFieldOfView", "zoom", "frameCenter", "corners", "slantRange",
                "isRangeMeasured", "distortion", "groundSpeed", "hasFix",
            ])
        #expect(
            fields(FrameObject(label: "", confidence: nil, box: nil)) == [
                "kind", "label", "confidence", "box", "track", "attributes", "statedPosition",
            ])
        #expect(
            fields(MetadataSample.header().placement) == [
                "errors", "groundHeight", "fieldOfView", "distortion", "poseAgeLimit", "hasGeoid",
            ])
        #expect(
            fields(PoseErrors()) == [
                "horizontal", "vertical", "yaw", "pitch", "roll", "ground", "pixel", "time", "focal", "principal",
                "jitter", "angleJitter",
            ])
        #expect(
            fields(MetadataSample.header()) == [
                "gateway", "source", "flight", "content", "writtenAt", "rules", "placement", "joining",
            ])
    }

    @Test(arguments: [1, 7, 64, 1000]) func `pieces of any length read the same`(length: Int) {
        let (bytes, frames) = Self.log(3, frames: 30)
        let (entries, decoder) = Self.read(bytes, pieces: length)
        #expect(entries.count == frames.count + 1 && decoder.fault == nil)
    }

    @Test func `a cut at any byte costs the record it is in and none before`() {
        let (bytes, _) = Self.log(9, frames: 12)
        var ends: [Int] = []
        var decoder = MetadataLogDecoder()
        decoder.add(bytes)
        while decoder.next() != nil { ends.append(decoder.soundBytes) }
        #expect(ends.count == 13)
        for cut in 0..<bytes.count {
            let (entries, decoder) = Self.read(Array(bytes[..<cut]))
            let whole = ends.filter { $0 <= cut }
            #expect(entries.count == whole.count, "cut at \(cut)")
            #expect(decoder.soundBytes == (whole.last ?? (cut >= 8 ? 8 : 0)), "cut at \(cut)")
            #expect(decoder.damagedRecords == 0)
        }
    }

    /// What a file system leaves where it had not yet written when the power went.
    @Test func `zeros behind the end are no records`() {
        let (bytes, frames) = Self.log(9, frames: 12)
        let (entries, decoder) = Self.read(bytes + Array(repeating: 0, count: 4096))
        #expect(entries.count == frames.count + 1)
        #expect(decoder.fault == .noRecord(at: bytes.count) && decoder.soundBytes == bytes.count)
    }

    @Test func `damage in the middle costs the frames up to the next key frame, and is counted`() throws {
        var sample = MetadataSample(seed: 4)
        var encoder = MetadataLogEncoder()
        var bytes = MetadataLogEncoder.start
        var starts: [Int] = []
        for index in 0..<600 {
            starts.append(bytes.count)
            #expect(encoder.append(sample.frame(index), to: &bytes))
        }
        bytes[starts[100] + 20] ^= 0x55
        let (entries, decoder) = Self.read(bytes)
        #expect(decoder.damagedRecords == 1 && decoder.lostFrames == 155)
        #expect(entries.count == 100 + 600 - 256)
    }

    @Test func `says what is no log and what is a later one`() {
        #expect(Self.read(Array("FLYMET".utf8)).decoder.fault == nil)
        #expect(Self.read(Array("{\"a\": 1}\n".utf8)).decoder.fault == .notALog)
        #expect(Self.read(Array("FLYMETA".utf8) + [2]).decoder.fault == .newerFormat(2))
        #expect(Self.read(Array("FLYMETA".utf8) + [0]).decoder.fault == .notALog)
        #expect(Self.read([]).decoder.fault == nil)
    }

    @Test func `a frame beyond the size of a record is left out, and the next is read by itself`() {
        var encoder = MetadataLogEncoder()
        var bytes = MetadataLogEncoder.start
        var sample = MetadataSample(seed: 8)
        var large = sample.frame(1)
        large.objects = [
            FrameObject(label: String(repeating: "x", count: MetadataLogFormat.bodyLimit), confidence: nil, box: nil)
        ]
        #expect(encoder.append(sample.frame(0), to: &bytes))
        #expect(!encoder.append(large, to: &bytes))
        #expect(encoder.append(sample.frame(2), to: &bytes))
        let (entries, decoder) = Self.read(bytes)
        #expect(entries.count == 2 && decoder.fault == nil && decoder.damagedRecords == 0)
    }

    /// With the checksum made to fit, so that every byte of a body is looked at as if it had been written so.
    @Test(arguments: UInt64(1)...20) func `comes back from any bytes`(seed: UInt64) {
        var random = MetadataSample(seed: seed &+ 1000)
        let (bytes, _) = Self.log(seed, frames: 6)
        for _ in 0..<30 {
            var mutated = bytes
            for _ in 0...(random.next() % 4) {
                let index = Int(random.next() % UInt64(mutated.count))
                switch random.next() % 4 {
                case 0: mutated[index] ^= UInt8(1 << (random.next() % 8))
                case 1: mutated[index] = UInt8(truncatingIfNeeded: random.next())
                case 2: mutated.remove(at: index)
                default: mutated.insert(UInt8(truncatingIfNeeded: random.next()), at: index)
                }
            }
            _ = Self.read(mutated)
            _ = Self.read(Self.resealed(mutated))
        }
    }

    /// The same bytes with checksums that fit, as far as there are records.
    static func resealed(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        var offset = 8
        while offset + 8 < bytes.count {
            let length = (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << ($1 * 8) }
            guard length > 0, offset + 8 + length <= bytes.count else { break }
            let checksum = LogChecksum.of(bytes[(offset + 8)..<(offset + 8 + length)])
            for index in 0..<4 { bytes[offset + 4 + index] = UInt8(truncatingIfNeeded: checksum >> UInt32(index * 8)) }
            offset += 8 + length
        }
        return bytes
    }

    @Test func `its checksum is that of ISO 3309`() {
        #expect(LogChecksum.of(Array("123456789".utf8)[...]) == 0xCBF4_3926)
    }

    /// Written by the first version of the format: what it says may never change.
    @Test func `a log of the first version still reads, and is written the same`() throws {
        var encoder = MetadataLogEncoder()
        var bytes = MetadataLogEncoder.start
        encoder.append(MetadataSample.header(), to: &bytes)
        let frames = [UsualFrame.frame(0, objects: 2), UsualFrame.frame(1, objects: 1)]
        for frame in frames { #expect(encoder.append(frame, to: &bytes)) }
        let golden = Self.golden.hexadecimal
        let (entries, decoder) = Self.read(golden)
        #expect(decoder.fault == nil && decoder.waitingBytes == 0)
        let read = entries.compactMap { if case .frame(let frame) = $0 { everything(of: frame) } else { nil } }
        #expect(read == frames.map { everything(of: $0) })
        #expect(bytes == golden, "\(bytes.map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined())")
    }

    static let golden = """
        464c594d45544101a1000000bfb20261010a676174657761792d3031057561762d312430316130316431632d373738302d37
        3565322d386264342d6534663736353661373436391b6c6976652f7561762d312f3137383731393438303030303030303080
        b9a5f3b6dcac060205757262616e03312e30046c616e6403322e33120a100608555555555555d53f110a110a100810080812
        954637dd9abf3f1f13fae00a11e20911820610a80112320e1182018f00000000435fe8023300000080b096f3b6dcac068092
        a0f3b6dcac06801ef01080dac409c0f793f3b6dcac061204001d11c20411c21211aa1c11be1e0a11fa0911820611821311a2
        010a11fa041129110e110611c909120214dea32314d6d3900110b0010a0002060006706572736f6e110c000012ba40119e05
        00013006000363617214f66210ea0210c20112a2db0211b21400013174000000c8613e4403320002aa81e51fea880488c604
        0000ea8804ea880400001d044bb86012041b327a01043678ef6404764823a40a000005bbbe195202000a0652388553380505
        0f2909ad7505d430a16269052464f0dec905dba63bf20200044778601200000a0001060114825e12a20512b20212dc4512de
        3602
        """

    @Test func `a usual frame of ten objects takes few bytes`() {
        var encoder = MetadataLogEncoder()
        var bytes: [UInt8] = []
        for index in 0..<3000 { _ = encoder.append(UsualFrame.frame(index, objects: 10), to: &bytes) }
        #expect(bytes.count / 3000 < 400, "\(bytes.count / 3000) bytes a frame")
        print("frame metadata log: \(bytes.count / 3000) bytes a frame of ten objects")
    }
}

extension String {
    fileprivate var hexadecimal: [UInt8] {
        let digits = Array(utf8.filter { $0 > 32 })
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
    }
}
