/// What the reader follows of the selected program.
struct ElementaryStreamState: Sendable {
    var stream: ElementaryStream
    var pes: PESAssembler
    var metadata: MetadataUnits

    init(_ stream: ElementaryStream, limits: TransportLimits) {
        self.stream = stream
        pes = PESAssembler(limit: stream.kind.isVideo ? limits.videoUnit : limits.metadataUnit)
        metadata = MetadataUnits(limit: limits.metadataUnit)
    }

    /// Video, KLV, and private data that may turn out to be KLV.
    static func isFollowed(_ stream: ElementaryStream) -> Bool {
        stream.kind != .other || stream.streamType == 0x06
    }
}

extension TransportStreamReader {
    mutating func resetSections(_ pid: Int) {
        if pid == 0 { association.reset() } else { maps[pid]?.reset() }
    }

    mutating func sections(
        _ pid: Int, _ bytes: [UInt8], _ range: Range<Int>, _ startsUnit: Bool, _ emit: (TransportEvent) -> Void
    ) {
        var whole: [[UInt8]] = []
        if pid == 0 {
            counters.badSections += association.read(bytes, range, startsUnit: startsUnit) { whole.append($0) }
        } else if var assembler = maps.removeValue(forKey: pid) {
            counters.badSections += assembler.read(bytes, range, startsUnit: startsUnit) { whole.append($0) }
            maps[pid] = assembler
        }
        for section in whole { table(section, pid, emit) }
    }

    private mutating func table(_ section: [UInt8], _ pid: Int, _ emit: (TransportEvent) -> Void) {
        if pid == 0 {
            guard let table = ProgramAssociation(section) else { return }
            guard directory.read(table) else { return }
            let wanted = directory.mapPIDs
            maps = maps.filter { wanted.contains($0.key) }
            for pid in wanted where maps[pid] == nil { maps[pid] = SectionAssembler() }
        } else {
            guard let map = ProgramMap(section, limit: limits.streams) else { return }
            guard directory.read(map, pid: pid) else { return }
        }
        follow(emit)
    }

    /// Reports what changed in the programs, and follows the streams of the selected one. A stream that stays goes on
    /// unharmed; one that leaves is flushed first.
    private mutating func follow(_ emit: (TransportEvent) -> Void) {
        let changed = directory.update()
        let wanted = (directory.selected?.streams ?? []).filter(ElementaryStreamState.isFollowed)
        for index in streams.indices where !wanted.contains(streams[index].stream) { flush(index, emit) }
        for program in changed { emit(.program(program)) }
        var next: [ElementaryStreamState] = []
        for stream in wanted where !next.contains(where: { $0.stream.pid == stream.pid }) {
            next.append(
                streams.first { $0.stream == stream } ?? ElementaryStreamState(stream, limits: limits))
        }
        for state in streams { slots[state.stream.pid] = -1 }
        streams = next
        for (index, state) in next.enumerated() { slots[state.stream.pid] = Int16(truncatingIfNeeded: index) }
    }

    mutating func elementary(
        _ slot: Int, _ bytes: [UInt8], _ range: Range<Int>, _ startsUnit: Bool, isRandomAccess: Bool,
        _ emit: (TransportEvent) -> Void
    ) {
        if startsUnit {
            if streams[slot].pes.isInHeader { counters.malformedPES += 1 }
            if let unit = streams[slot].pes.start(isRandomAccess: isRandomAccess) { deliver(unit, slot, emit) }
        }
        do {
            if let unit = try streams[slot].pes.append(bytes, range) { deliver(unit, slot, emit) }
        } catch {
            switch error.fault {
            case .malformed: counters.malformedPES += 1
            case .oversized: counters.oversizedUnits += 1
            }
        }
    }

    mutating func flush(_ slot: Int, _ emit: (TransportEvent) -> Void) {
        if streams[slot].pes.isInHeader { counters.malformedPES += 1 }
        if let unit = streams[slot].pes.end() { deliver(unit, slot, emit) }
        counters.malformedCells += streams[slot].metadata.end()
    }

    private mutating func deliver(_ unit: PESAssembler.Unit, _ slot: Int, _ emit: (TransportEvent) -> Void) {
        let stream = streams[slot].stream
        switch stream.kind {
        case .h264, .h265, .mpeg2:
            emit(.unit(described(unit, stream)))
        case .klv(let carriage):
            var units: [PESAssembler.Unit] = []
            counters.malformedCells += streams[slot].metadata.read(unit, carriage) { units.append($0) }
            for unit in units { emit(.unit(described(unit, stream))) }
        case .other:
            guard MetadataUnits.isKLV(unit.bytes) else { return }
            directory.recognise(stream.pid)
            streams[slot].stream.kind = .klv(.asynchronous)
            for program in directory.update() { emit(.program(program)) }
            deliver(unit, slot, emit)
        }
    }

    private mutating func described(_ unit: PESAssembler.Unit, _ stream: ElementaryStream) -> ElementaryUnit {
        counters.units += 1
        if unit.isDamaged { counters.damagedUnits += 1 }
        return ElementaryUnit(
            pid: stream.pid, kind: stream.kind, pts: unit.pts.map { clock.unwrap($0) },
            dts: unit.dts.map { clock.unwrap($0) }, bytes: unit.bytes, isRandomAccess: unit.isRandomAccess,
            isDamaged: unit.isDamaged, isDiscontinuous: unit.isDiscontinuous)
    }
}
