import Testing

@testable import Ingest

@Suite struct FrameSamplerTests {
    /// One line for each unit, in decoding order: what was decoded when it came.
    struct Flight {
        /// Seconds between frames, and frames between key frames.
        var step = 0.04
        var group = 25
        var frames = 250
        /// Of each three frames, the second and third are built on by none.
        var hasLeaves = false

        func run(_ sampler: inout FrameSampler<Int>, owed: (Int) -> Bool = { _ in false }) -> (
            decoded: [Int], wanted: [Double]
        ) {
            var decoded: [Int] = []
            var wanted: [Double] = []
            for index in 0..<frames {
                let time = Double(index) * step
                let orders = sampler.offer(
                    .init(
                        time: Int64((time * 1e9).rounded()), isKey: index % group == 0,
                        isReference: !hasLeaves || index % group % 3 == 0, payload: index), isOwed: owed(index))
                decoded += orders.map(\.unit.payload)
                wanted += orders.filter(\.isWanted).map { Double($0.unit.time) / 1e9 }
            }
            return (decoded, wanted)
        }
    }

    @Test func `decodes nothing, all, or key frames`() {
        var none = FrameSampler<Int>(.onDemand, perSecond: 2)
        #expect(Flight().run(&none).decoded.isEmpty)
        var all = FrameSampler<Int>(.all, perSecond: 2)
        #expect(Flight().run(&all).decoded == Array(0..<250))
        var keys = FrameSampler<Int>(.keyframes, perSecond: 2)
        #expect(Flight().run(&keys).decoded == Array(stride(from: 0, to: 250, by: 25)))
    }

    @Test func `decodes up to the last wanted frame of each group and nothing behind it`() {
        var sampler = FrameSampler<Int>(.sampled, perSecond: 2)
        let (decoded, wanted) = Flight().run(&sampler)
        #expect(wanted.count == 20)
        #expect(wanted.prefix(4) == [0, 0.52, 1, 1.52])
        #expect(decoded == (0..<10).flatMap { group in (0...13).map { group * 25 + $0 } })
    }

    @Test func `decodes only key frames where they come as often as pictures are wanted`() {
        var sampler = FrameSampler<Int>(.sampled, perSecond: 2)
        let (decoded, wanted) = Flight(group: 12).run(&sampler)
        #expect(decoded.allSatisfy { $0 % 12 == 0 })
        #expect(wanted.count == 21)
        var rare = FrameSampler<Int>(.sampled, perSecond: 0.2)
        let few = Flight(frames: 1000).run(&rare)
        #expect(few.decoded.allSatisfy { $0 % 25 == 0 })
        #expect(few.wanted == stride(from: 0.0, to: 40, by: 5).map { $0 })
    }

    @Test func `leaves out what no other picture is built on`() {
        var sampler = FrameSampler<Int>(.sampled, perSecond: 2)
        let (decoded, wanted) = Flight(hasLeaves: true).run(&sampler)
        #expect(wanted.count == 20)
        #expect(decoded.prefix(6) == [0, 3, 6, 9, 12, 13])
    }

    @Test func `keeps the rate in a stream of one key frame`() {
        var sampler = FrameSampler<Int>(.sampled, perSecond: 2)
        let (decoded, wanted) = Flight(group: 10_000, frames: 2500).run(&sampler)
        #expect((198...200).contains(wanted.count))
        #expect(decoded == Array(0...decoded.count - 1))
    }

    @Test func `feeds on while a wanted picture is inside the decoder`() {
        var sampler = FrameSampler<Int>(.sampled, perSecond: 2)
        let (decoded, _) = Flight(hasLeaves: true).run(&sampler) { (1...2).contains($0) }
        #expect(decoded.prefix(6) == [0, 1, 2, 3, 6, 9])
    }

    @Test func `begins at a key frame, at first and after a loss`() {
        var sampler = FrameSampler<Int>(.sampled, perSecond: 50)
        #expect(sampler.offer(.init(time: 0, isKey: false, isReference: true, payload: 0), isOwed: false).isEmpty)
        #expect(sampler.offer(.init(time: 1, isKey: true, isReference: true, payload: 1), isOwed: false).count == 1)
        sampler.interrupt()
        let late = FrameSampler<Int>.Unit(time: 9_000_000_000, isKey: false, isReference: true, payload: 2)
        #expect(sampler.offer(late, isOwed: false).isEmpty)
    }

    @Test func `goes on when time jumps back or ahead`() {
        var sampler = FrameSampler<Int>(.sampled, perSecond: 2)
        var wanted: [Int64] = []
        for time in [100, 100.5, 3, 3.5, 4000, 4000.5] as [Double] {
            let unit = FrameSampler<Int>.Unit(time: Int64(time * 1e9), isKey: true, isReference: true, payload: 0)
            wanted += sampler.offer(unit, isOwed: false).filter(\.isWanted).map { $0.unit.time / 100_000_000 }
        }
        #expect(wanted == [1000, 1005, 30, 35, 40_000, 40_005])
    }

    @Test func `holds no more than its limit`() {
        var sampler = FrameSampler<Int>(.sampled, perSecond: 0.01)
        let (decoded, _) = Flight(group: 10_000, frames: 700).run(&sampler)
        #expect(decoded == Array(0...602 - 1) || decoded.count >= 600)
    }

    @Test(arguments: [0, -1, .nan, .infinity, 1e9]) func `a rate out of range is brought into it`(rate: Double) {
        let sampler = FrameSampler<Int>(.sampled, perSecond: rate)
        #expect((16_666_666...100_000_000_000).contains(sampler.period))
    }
}

@Suite struct PictureReferenceTests {
    private static let code: [UInt8] = [0, 0, 0, 1]

    private func isReference(_ bytes: [UInt8], _ codec: VideoCodec) -> Bool {
        var reference = PictureReference()
        let answer = reference.isReference(bytes.span, codec)
        return answer
    }

    @Test(arguments: [(0x41, true), (0x21, true), (0x65, true), (0x01, false), (0x05, false)])
    func `H.264 says it in nal_ref_idc of the slice`(header: UInt8, expected: Bool) {
        let delimiter = Self.code + [0x09, 0xF0]
        #expect(isReference(delimiter + Self.code + [header, 1, 2, 3, 4, 5], .h264) == expected)
    }

    @Test(arguments: [(0, 1, false), (1, 1, true), (8, 1, false), (19, 1, true), (0, 2, true)])
    func `H.265 says it in the kind of slice of the highest sub-layer`(kind: UInt8, layer: UInt8, expected: Bool) {
        let parameters = Self.code + [33 << 1, 1, 0x01, 9, 9]
        let slice = Self.code + [kind << 1, layer, 3, 4, 5, 6]
        #expect(isReference(parameters + slice, .h265) == expected)
        #expect(isReference(slice, .h265))
    }

    @Test(arguments: [(1, true), (2, true), (3, false)])
    func `MPEG-2 says it in the picture's coding type`(kind: UInt8, expected: Bool) {
        let group: [UInt8] = [0, 0, 1, 0xB8, 1, 2, 3, 4]
        #expect(isReference(group + [0, 0, 1, 0, 0x12, 0x40 | kind << 3, 0xFF, 0xF8], .mpeg2) == expected)
    }

    @Test(arguments: VideoCodec.allCases) func `what cannot be told is taken for a reference`(codec: VideoCodec) {
        #expect(isReference([], codec))
        #expect(isReference([0, 0, 1], codec))
        #expect(isReference([0, 0, 0, 1, 0x01], codec))
        #expect(isReference([UInt8](repeating: 0, count: 20_000), codec))
        #expect(isReference([UInt8](repeating: 7, count: 20_000) + [0, 0, 1, 1, 1, 1, 1, 1], codec))
    }
}
