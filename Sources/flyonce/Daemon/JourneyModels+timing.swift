import Ingest
import Inspection
import Settings

extension JourneyModels {
    /// Nil where nothing is to be estimated.
    func timing(
        of source: SourceSettings, records: (any TimingRecords)?, clock: any Inspection.Clock
    ) -> JourneyTiming? {
        guard source.options.timing == .estimate else { return nil }
        var options = sourceOptions(of: source)
        options.decode = .onDemand
        options.measuresPictures = false
        // Nobody asks it for a picture or a clip.
        options.prerollSeconds = 1
        options.prerollBytes = 1 << 20
        let (name, url, chosen) = (source.name, source.url, options)
        return JourneyTiming(records: records) { path in
            try? makeSource(name: name, location: path ?? url, options: chosen, clock: clock)
        }
    }
}
