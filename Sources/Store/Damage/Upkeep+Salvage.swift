import Foundation
import GRDB
import Inspection

/// Taking over what was set aside: for a moment at once, the rest beside everything else.
extension Upkeep {
    /// As much of what was set aside as goes quickly: of most gateways all of it.
    static func salvageAtOnce(
        _ quarantine: QuarantineFolder, _ life: StoreLife, _ around: StoreLife.Surroundings
    ) {
        let end = ContinuousClock.now + patience
        // What nobody holds any more is known only when all that was set aside was looked at.
        let salvages = quarantine.waiting.compactMap { try? Salvage($0, in: quarantine) }
        defer { quarantine.take(inHand: nil) }
        for (salvage, goesToEnd) in salvages.map({ ($0, false) }) + salvages.map({ ($0, true) }) {
            quarantine.take(inHand: salvage.name)
            while ContinuousClock.now < end {
                let position = try? life.pool.writeWithoutTransaction { db in
                    var position: Salvage.Position?
                    try db.inTransaction(.immediate) {
                        let ledger = Ledger(db, epoch: life.epoch, now: around.clock.utc)
                        guard try goesToEnd || salvage.position(ledger)?.pass != .owed else { return .commit }
                        position = try salvage.step(ledger)
                        around.tally.add(ledger.counts)
                        return .commit
                    }
                    return position
                }
                // As far as it goes for now: the rest is seen to beside everything else.
                if position == nil { break }
            }
            guard ContinuousClock.now < end else { return }
        }
    }

    /// False when it was broken off.
    func salvageAll(_ life: StoreLife) async -> Bool {
        var salvages: [Salvage] = []
        for name in quarantine.waiting {
            do { salvages.append(try Salvage(name, in: quarantine)) } catch {
                tell(.error, "quarantine/\(name) cannot be taken over: \(error.description)")
            }
        }
        // What nobody holds any more is known only when all that was set aside was looked at.
        for (salvage, goesToEnd) in salvages.map({ ($0, false) }) + salvages.map({ ($0, true) }) {
            quarantine.take(inHand: salvage.name)
            guard await take(salvage, life, toEnd: goesToEnd) else { return false }
            let waiting = quarantine.waiting
            // The last one is named until what was found in the meantime is looked at.
            if !waiting.isEmpty { board.set { $0.waitingSalvages = waiting } }
        }
        quarantine.take(inHand: nil)
        return !Task.isCancelled
    }

    /// What was found in the meantime may go, but for what may have been known before.
    func endSalvaging(_ life: StoreLife) async {
        guard let writer = life.writer else { return }
        while !Task.isCancelled {
            do throws(StoreError) {
                guard try await !writer.perform({ try $0.endSalvaging() }) else { continue }
                return board.set {
                    $0.waitingSalvages = quarantine.waiting
                    $0.salvageProgress = nil
                }
            } catch {
                guard error.kind == .full else { return }
                try? await Task.sleep(for: .seconds(10))
            }
        }
    }

    /// To its last pass, or to its end. False when it was broken off.
    private func take(_ salvage: Salvage, _ life: StoreLife, toEnd: Bool) async -> Bool {
        guard let writer = life.writer else { return false }
        var last = Salvage.Position()
        while !Task.isCancelled {
            do throws(StoreError) {
                let step = try await writer.perform { ledger in
                    let before = try salvage.position(ledger)
                    if !toEnd, before?.pass == .owed { return (before, before, true) }
                    return (before, try salvage.step(ledger), false)
                }
                last = step.1 ?? step.0 ?? last
                if step.2 { return true }
                guard step.1 != nil else {
                    quarantine.finish(salvage.name)
                    try await writer.perform { try salvage.forget($0) }
                    tell(
                        last.damaged == 0 ? .notice : .warning,
                        """
                        quarantine/\(salvage.name) is taken over: \(last.taken) rows; \(last.damaged) damaged ones were left out
                        """)
                    return true
                }
                board.set { $0.salvageProgress = salvage.share(last) }
                try? await Task.sleep(for: .milliseconds(1))
            } catch {
                guard error.kind == .full else {
                    if error.kind != .damaged, error.kind != .io {
                        tell(.error, "taking over quarantine/\(salvage.name) stopped: \(error.description)")
                    }
                    return false
                }
                try? await Task.sleep(for: .seconds(10))
            }
        }
        return false
    }
}
