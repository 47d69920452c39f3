import Inspection
import Testing

@testable import Ingest

@Suite struct `Inbox of feeds` {
    private func packet(_ byte: UInt8, count: Int = 1) -> MetadataPacket {
        MetadataPacket(
            dialect: .mavlink, bytes: Array(repeating: byte, count: count), time: nil, ptsMicroseconds: nil, pid: nil,
            arrival: UTCTime(microseconds: 0))
    }

    @Test func `gives what came in its order, once`() {
        let inbox = FeedInbox()
        for byte in UInt8(0)..<10 { inbox.put(packet(byte), feed: Int(byte % 2)) }
        let taken = inbox.take()
        #expect(taken.map { $0.packet.bytes[0] } == Array(0..<10))
        #expect(taken.map(\.feed) == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
        #expect(inbox.take().isEmpty)
    }

    @Test func `keeps the newest and counts what gave way, by feed`() {
        let inbox = FeedInbox(limit: 4)
        for byte in UInt8(0)..<200 { inbox.put(packet(byte), feed: byte < 100 ? 0 : 1) }
        #expect(inbox.take().map { $0.packet.bytes[0] } == [196, 197, 198, 199])
        #expect(inbox.dropped(of: 0) == 100)
        #expect(inbox.dropped(of: 1) == 96)
    }

    @Test func `is bounded in bytes, but for the newest packet`() {
        let inbox = FeedInbox(limit: 100, byteLimit: 1000)
        for byte in UInt8(0)..<10 { inbox.put(packet(byte, count: 300), feed: 0) }
        #expect(inbox.take().map { $0.packet.bytes[0] } == [7, 8, 9])
        inbox.put(packet(1, count: 5000), feed: 0)
        #expect(inbox.take().count == 1)
    }
}
