/// The labels that the analysers behind one feed say they can see, each for what it says itself: by its last `hello`, or as the
/// settings say. Bounded.
struct DeclaredLabels: Sendable {
    /// Channels whose `hello` is remembered; of more, the one that was silent longest is forgotten.
    static let channelLimit = 16

    /// By the settings.
    private let stated: [String]
    /// The one that spoke last at the end.
    private var hellos: [(channel: String, labels: [String])] = []

    init(stated: [String]) { self.stated = stated }

    /// A `hello` without labels says nothing of them.
    mutating func note(_ labels: [String], from channel: String?) {
        let channel = channel ?? ""
        hellos.removeAll { $0.channel == channel }
        guard !labels.isEmpty else { return }
        if hellos.count >= Self.channelLimit { hellos.removeFirst() }
        hellos.append((channel, labels))
    }

    /// Of an analyser that speaks by `channel`, now; nil where a feed has one only.
    mutating func labels(of channel: String?) -> [String] {
        let channel = channel ?? ""
        guard let index = hellos.firstIndex(where: { $0.channel == channel }) else { return stated }
        let hello = hellos[index]
        if index < hellos.count - 1 {
            hellos.remove(at: index)
            hellos.append(hello)
        }
        return hello.labels
    }
}
