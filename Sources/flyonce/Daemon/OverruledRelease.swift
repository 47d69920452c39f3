import Delivery
import Inspection
import Rules
import Settings

extension GatewaySettings {
    /// What destinations get by their own settings although the jurisdiction withholds it: their settings win, and it is
    /// said, a sentence a destination.
    func overruledReleases(of jurisdiction: Jurisdiction?, catalogue: Catalogue) -> [String] {
        guard let jurisdiction else { return [] }
        let withheld = catalogue.sceneTypes.map(\.id).filter { jurisdiction.release(of: $0) == .never }
        return destinations.filter(\.isEnabled).compactMap { destination in
            let options = ReleasePolicy.Options(destinations: [destination.name: destination.release.patterns])
            guard let policy = try? ReleasePolicy(options: options) else { return nil }
            let sent = withheld.filter { policy.release(of: $0, to: destination.name, jurisdiction: .never) != .never }
            guard !sent.isEmpty else { return nil }
            let more = sent.count > 5 ? " and \(sent.count - 5) more" : ""
            return
                "destination \(destination.name): its release lets \(sent.prefix(5).joined(separator: ", "))\(more) go, "
                + "which the jurisdiction \(jurisdiction.id) withholds: the destination's own settings win."
        }
    }
}
