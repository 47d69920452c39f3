import Geotagging
import Ingest
import Inspection
import Rules
import Settings

extension JourneyModels {
    /// Nil where flights do not look again.
    func review(
        of source: SourceSettings, in store: any ReflightStore, demand: PictureDemand?
    ) -> FlightReview? {
        guard settings.reflights.isEnabled else { return nil }
        let rays = RayPlacement(placement(of: source), geoid: geoid, terrain: terrain)
        let (settings, catalogue) = (settings, rules.catalogue)
        return FlightReview(
            store: store, declares: source.options.declares, demand: demand,
            terms: { settings.reflightTerms(of: catalogue[$0]) }, view: { rays.groundView(of: $0) })
    }

    /// A look that was not measured may be blurred or dark: pictures are measured, unless the settings say what is decoded.
    /// Where nothing else asks for pixels, only while a place that looks may decide on is near: gives what that is told by.
    func measure(_ options: inout SourceOptions, of source: SourceSettings) -> PictureDemand? {
        options.measuresPictures = true
        guard source.options.decode == .auto, options.decode == .onDemand else { return nil }
        options.decode = .sampled
        options.demand = PictureDemand()
        return options.demand
    }
}
