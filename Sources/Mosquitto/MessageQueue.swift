/// Messages in the order they came, bounded by number and by bytes: the oldest give way, and are counted.
struct MessageQueue: Sendable {
    private let limit: Int
    private let byteLimit: Int
    private var messages: [MQTTMessage] = []
    /// Where the oldest that waits is; those before it were taken.
    private var first = 0
    private var bytes = 0
    private(set) var dropped: Int64 = 0

    init(limit: Int, byteLimit: Int) {
        self.limit = max(1, limit)
        self.byteLimit = max(1, byteLimit)
    }

    var count: Int { messages.count - first }

    mutating func put(_ message: MQTTMessage) {
        messages.append(message)
        bytes += message.payload.count
        while count > limit || (bytes > byteLimit && count > 1) {
            _ = take()
            dropped &+= 1
        }
    }

    mutating func take() -> MQTTMessage? {
        guard first < messages.count else { return nil }
        let message = messages[first]
        bytes -= message.payload.count
        messages[first].payload = []
        first += 1
        if first == messages.count {
            messages.removeAll(keepingCapacity: true)
            first = 0
        } else if first > limit {
            // Moved down once in as many messages as there is room for, not with every one.
            messages.removeFirst(first)
            first = 0
        }
        return message
    }
}
