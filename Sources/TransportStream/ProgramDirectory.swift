/// The programs of a stream, as its tables say, and which of them is read: the first with video, or the first with KLV
/// once every map was seen and none has video.
struct ProgramDirectory: Sendable {
    private(set) var programs: [ProgramDescription] = []
    private let limits: TransportLimits
    private var sections: [Int: ProgramAssociation] = [:]
    private var association: [(number: Int, mapPID: Int)] = []
    private var maps: [Int: ProgramMap] = [:]
    /// Private streams whose content turned out to be KLV.
    private var recognised: Set<Int> = []
    private var selection: Int?

    init(limits: TransportLimits) { self.limits = limits }

    var selected: ProgramDescription? { programs.first { $0.isSelected } }
    var mapPIDs: Set<Int> { Set(association.map(\.mapPID)) }

    /// Takes an association section; true when it changed anything.
    mutating func read(_ table: ProgramAssociation) -> Bool {
        guard sections[table.section] != table else { return false }
        if sections.values.contains(where: { $0.version != table.version }) { sections.removeAll() }
        guard sections.count < limits.programs else { return false }
        sections[table.section] = table
        // Until all sections of a new version came, the programs of the old one stay.
        guard (0...table.lastSection).allSatisfy({ sections[$0] != nil }) else { return false }
        let listed = sections.sorted { $0.key < $1.key }.flatMap(\.value.programs)
        association = Array(listed.prefix(limits.programs))
        maps = maps.filter { number, _ in association.contains { $0.number == number } }
        return true
    }

    /// Takes a map that came on `pid`; true when it changed anything.
    mutating func read(_ map: ProgramMap, pid: Int) -> Bool {
        guard association.contains(where: { $0.number == map.number && $0.mapPID == pid }), maps[map.number] != map
        else { return false }
        maps[map.number] = map
        return true
    }

    mutating func recognise(_ pid: Int) { recognised.insert(pid) }

    /// Brings ``programs`` up to date, and says which of them are new or have changed.
    mutating func update() -> [ProgramDescription] {
        let before = programs
        var known = association.compactMap { entry in maps[entry.number].map { describe($0, entry.mapPID) } }
        if let kept = known.first(where: { $0.number == selection }), kept.video != nil {
            selection = kept.number
        } else if let first = known.first(where: { $0.video != nil }) {
            selection = first.number
        } else if known.count == association.count {
            selection = known.first { !$0.metadata.isEmpty }?.number ?? known.first?.number
        }
        for index in known.indices { known[index].isSelected = known[index].number == selection }
        programs = known
        return known.filter { program in !before.contains(program) }
    }

    private func describe(_ map: ProgramMap, _ pid: Int) -> ProgramDescription {
        var streams = map.streams
        for index in streams.indices where streams[index].kind == .other && recognised.contains(streams[index].pid) {
            streams[index].kind = .klv(.asynchronous)
        }
        return ProgramDescription(
            number: map.number, mapPID: pid, version: map.version, pcrPID: map.pcrPID, streams: streams,
            isSelected: false)
    }
}
