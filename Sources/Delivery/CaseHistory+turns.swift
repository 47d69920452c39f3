import Inspection

/// What adapters ask of the cases that are known.
extension CaseHistory {
    /// Ends an attempt whose answer names the case of another finding.
    func checkOwner(of number: String, _ finding: FindingID, at platform: Name) async throws(DeliveryEnd) {
        do throws(StoreError) {
            guard let owner = try await self.finding(ofCase: number, at: platform), owner != finding else { return }
        } catch {
            throw DeliveryEnd(.postponed(reason: error.description))
        }
        throw DeliveryEnd(.unusable(reason: "the case number is another finding's"))
    }

    /// The next open cases in turn, no more than `limit`, besides them some that ended when these have their turn, and the page
    /// that their answers go into: its cursor leads on from them.
    func turn(
        at platform: Name, after cursor: String?, limit: Int, ended terms: CaseTurn.Ended, now: UTCTime
    ) async throws(DeliveryError) -> (cases: [CaseChange], page: CaseStagePage) {
        var turn = CaseTurn(cursor)
        var asked: [CaseChange]
        do throws(StoreError) {
            asked = try await openCases(at: platform, after: turn.open, limit: limit)
            turn.open = asked.count == limit ? asked.last?.record.number ?? "" : ""
            turn.begin(terms, now: now)
            if let last = turn.ended {
                let since = now.advanced(byMicroseconds: -terms.within.components.seconds &* 1_000_000)
                let few = max(limit / 4, 1)
                let ended = try await endedCases(at: platform, since: since, after: last, limit: few)
                turn.ended = ended.count == few ? ended.last?.record.number : nil
                asked += ended
            }
        } catch {
            throw DeliveryError(kind: .unreachable, description: error.description)
        }
        return (asked, CaseStagePage(changes: [], unusable: 0, cursor: turn.cursor, more: false))
    }
}
