import KLV

/// Packets read back.
enum Decoded {
    static func items(_ packet: KLVPacket) -> [LocalSetItem] {
        var decoder = PacketDecoder()
        return decoder.decode(packet).items
    }

    /// The class that a target's first VObject refers to, by the label of the set's ontology series.
    static func label(of target: SeriesElement, in vmti: [LocalSetItem]) -> String? {
        guard let object = target.items.value(107)?.elements?.first, let id = object.items.value(3)?.count else {
            return nil
        }
        let ontology = vmti.value(103)?.elements?.first { $0.items.value(1)?.count == id }
        return ontology?.items.value(6)?.text
    }
}
