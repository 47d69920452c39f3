import Findings
import Inspection
import Rules
import Settings

/// What it takes to believe that a thing is gone, and which findings want a look, by settings and catalogue.
extension GatewaySettings {
    /// `type` is nil for one that the catalogue does not know: of it absence says nothing.
    func reflightTerms(of type: SceneType?) -> ReflightTerms {
        var common = ReflightTerms()
        common.size = reflights.size
        common.pixels = reflights.pixels
        common.asFound = reflights.asFound
        common.depression = reflights.depression
        common.luma = reflights.luma
        common.sharpness = reflights.sharpness
        common.interval = reflights.lookInterval.inSeconds
        common.looks = reflights.looks
        common.seconds = reflights.looksOver.inSeconds
        common.views = reflights.views
        common.viewsApart = reflights.viewsApart
        common.chanceMissed = reflights.chanceMissed
        common.clearsAfter = reflights.clearsAfter.inSeconds
        common.persistsAfterSightings = joining.openAfterSightings
        common.recursAfter = joining.recursAfter.inSeconds
        guard let type else {
            common.clearsAfter = nil
            return common
        }
        return ReflightTerms(type, common: common)
    }

    func reflightTerms(of catalogue: Catalogue) -> [String: ReflightTerms] {
        Dictionary(
            catalogue.sceneTypes.map { ($0.id, reflightTerms(of: $0)) }, uniquingKeysWith: { first, _ in first })
    }

    /// `maximum` wishes at most.
    func reflightPlan(maximum: Int) -> ReflightPlan.Options {
        var options = ReflightPlan.Options()
        options.openFor = reflights.overdueAfter.inSeconds
        options.restsFor = reflights.overdueAgainAfter.inSeconds
        options.lookedWithin = reflights.staleAfter.inSeconds
        // Sooner, what is seen there again is the same occasion, not a recurrence.
        options.verifiedAfter = joining.recursAfter.inSeconds
        options.verifiedWithin = reflights.verifyWithin.inSeconds
        options.maximum = maximum
        return options
    }
}
