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

    /// The next open cases in turn, no more than `limit`, and the page that their answers go into: its cursor leads on from
    /// them, and is empty where the turn begins anew.
    func turn(
        at platform: Name, after cursor: String?, limit: Int
    ) async throws(DeliveryError) -> (open: [CaseChange], page: CaseStagePage) {
        let open: [CaseChange]
        do throws(StoreError) {
            open = try await openCases(at: platform, after: cursor, limit: limit)
        } catch {
            throw DeliveryError(kind: .unreachable, description: error.description)
        }
        let next = open.count == limit ? open.last?.record.number : nil
        return (open, CaseStagePage(changes: [], unusable: 0, cursor: next ?? "", more: false))
    }
}
