import ArgumentParser
import Inspection
import Rules

extension RulesCommand {
    struct Explain: ParsableCommand {
        enum Format: String, ExpressibleByArgument, CaseIterable { case text, ndjson }

        static let configuration = CommandConfiguration(
            abstract: "Why a logged frame did or did not fire, condition by condition.",
            discussion: """
                The frames before it are gone through too, since windows remember. Without --frame: how often each condition held,
                and how often it alone stood in the way. Areas and registers count as they are now.
                """)

        @Argument(help: "Rule packs (YAML). Without one: those of --config, else every pack that is shipped.")
        var packs: [String] = []
        @OptionGroup var input: LogInput
        @Option(help: "The frame with this index, as findings and logs count them.") var frame: Int?
        @Option(help: "Of this rule alone.") var rule: String?
        @Option(help: "text: for people; ndjson: one JSON value a line.") var format = Format.text

        func run() throws {
            let rules = try input.rules(packs)
            if let rule, !rules.summaries.contains(where: { $0.id == rule }) {
                let known = rules.summaries.map(\.id).joined(separator: ", ")
                throw Failure(.usage, "There is no rule \(rule) in these packs: there are \(known).")
            }
            let ground = try input.ground()
            input.review(rules, ground)
            var sourcePacks = try input.sourcePacks(packs)
            let placing = try input.placement()
            var summary = ExplanationSummary()
            var found = 0
            for path in try input.paths() {
                var frames = LoggedFrames(path)
                var classifier = RuleClassifier(rules, ground: ground)
                var asked: [String]?
                var known: MetadataLogHeader?
                var current: (any Placement)?
                try frames.read { header in
                    if known == nil || known?.source != header.source {
                        asked = sourcePacks.packs(of: header.source, among: rules)
                        classifier = RuleClassifier(
                            rules, packs: asked, source: header.source.text, ground: ground)
                    }
                    known = header
                    current = placing(header)
                } frame: { metadata in
                    guard let header = known, let current else { return }
                    guard frame == nil || frame == metadata.frame.index else {
                        _ = classifier.classify(metadata, placement: current)
                        return
                    }
                    found += 1
                    let explanations = classifier.explain(metadata, placement: current, rule: rule).explanations
                    if frame == nil { return summary.add(explanations, of: metadata) }
                    show(metadata, header, explanations, without: unasked(asked, rules))
                }
            }
            guard found > 0 else {
                throw Failure(
                    .badInput, frame.map { "There is no frame \($0) in the log." } ?? "There is no frame in the log.")
            }
            if frame == nil { summary.lines(isText: format == .text).forEach { printLine($0) } }
        }

        /// The pack of ``rule``, where it is none of those that look at the source.
        private func unasked(_ packs: [String]?, _ rules: RuleSet) -> String? {
            guard let packs, let pack = rules.summaries.first(where: { $0.id == rule })?.pack else { return nil }
            return packs.contains(pack) ? nil : pack
        }

        private func show(
            _ metadata: FrameMetadata, _ header: MetadataLogHeader, _ explanations: [RuleExplanation],
            without pack: String?
        ) {
            guard format == .text else {
                for explanation in explanations { printLine(explanation.json(of: metadata, header).bytes) }
                return
            }
            printLine(
                "frame \(metadata.frame.index) at \(metadata.utc.rfc3339), flight \(header.flight), source \(header.source): "
                    + counted(metadata.objects.count, "object"))
            if let pack { return printLine("  the pack \(pack) does not look at the source") }
            if explanations.isEmpty { printLine("  no rule looks at any of its objects") }
            for explanation in explanations { for line in explanation.lines(of: metadata) { printLine("  " + line) } }
        }
    }
}
