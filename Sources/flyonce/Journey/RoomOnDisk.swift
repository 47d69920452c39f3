import Findings
import Inspection
import Logging
import Store

/// The room on the disk, as one source asks for it: a live stream waits for none, a recording can.
struct RoomOnDisk: Sendable {
    let room: DiskRoom
    let isLive: Bool
    /// Raised when the daemon stops: then nobody waits for room.
    let stopping: OneWayFlag
}

extension FindingKeeper {
    /// False where it is to be left out for want of room, which is counted. Where only a write failed, and there should be room,
    /// a recording waits to see.
    func hasRoom(for wish: DiskRoom.Wish) async -> Bool {
        guard let room, !room.room.takes(wish) else { return true }
        while !room.isLive, !room.room.isShort(of: wish), !room.stopping.isRaised {
            if room.room.takes(wish) { return true }
            try? await Task.sleep(for: .milliseconds(200))
        }
        progress.count(Self.counter(wish))
        return false
    }

    /// Whether what failed is given up: everything on a live stream at once, on a recording what there is too little room for, and
    /// all of it when the daemon stops.
    func givesUp(_ wish: DiskRoom.Wish?, _ error: StoreError) -> Bool {
        guard let room, error.kind == .full else { return false }
        if let wish { room.room.failed(wish, error) }
        let isShort = wish.map { $0 != .finding && room.room.isShort(of: $0) } ?? false
        guard room.isLive || isShort || room.stopping.isRaised else { return false }
        if let wish { progress.count(Self.counter(wish)) }
        return true
    }

    /// False for a finding that is not stored yet, while new ones are refused. A recording waits until they are not.
    func mayBeKept(_ finding: Finding) async -> Bool {
        guard let room, !room.room.takes(.finding) else { return true }
        if (try? await store.finding(finding.id)) ?? nil != nil { return true }
        if room.isLive {
            progress.count(Self.counter(.finding))
            return false
        }
        while !room.room.takes(.finding) {
            guard !room.stopping.isRaised else { return false }
            try? await Task.sleep(for: .milliseconds(200))
        }
        return true
    }

    /// Says in the finding what of it there was no room for, once.
    func sayWhatIsLeftOut(_ finding: inout Finding, _ items: [EvidenceItem], _ event: FindingEvent) async {
        guard let room, takesEvidence, finding.status != .dismissed, leavesOut(.clip, room) else { return }
        switch event {
        case .opened, .recognized, .improved, .marked: break
        case .updated, .corrected: return
        }
        let stored = try? await store.finding(finding.id)
        let present = items + (stored?.evidence ?? [])
        var missing: [String] = []
        if !present.contains(where: { $0.kind == .clip }) { missing.append(EvidenceItem.Kind.clip.rawValue) }
        if leavesOut(.picture, room), !present.contains(where: { $0.kind == .picture }) {
            missing.append(EvidenceItem.Kind.picture.rawValue)
        }
        let said = (stored?.finding.reasons ?? []).filter(\.isLeftOut).flatMap(\.values).map(\.value)
        guard !missing.allSatisfy(said.contains) else { return }
        finding.reasons.append(.leftOut(missing, at: event.best.utc))
    }

    private func leavesOut(_ wish: DiskRoom.Wish, _ room: RoomOnDisk) -> Bool {
        room.isLive ? !room.room.takes(wish) : room.room.isShort(of: wish)
    }

    private static func counter(_ wish: DiskRoom.Wish) -> String {
        switch wish {
        case .clip: "clips_left_out_disk_full"
        case .picture: "pictures_left_out_disk_full"
        case .finding: "findings_refused_disk_full"
        }
    }
}
