import ArgumentParser
import Inspection
import Rules

extension RulesCommand {
    struct Backtest: ParsableCommand {
        enum Format: String, ExpressibleByArgument, CaseIterable { case text, ndjson }

        static let configuration = CommandConfiguration(
            abstract: "What changed rules gain and lose over logged flights.",
            discussion: """
                Goes through the frames of every log with both versions. Listed are the detections and findings that only the packs
                give (gained), that only those of --against give (lost), and those of another severity (changed). Areas and
                registers count as they are now.
                """)

        @Argument(help: "Rule packs (YAML): the new version.") var packs: [String]
        @Option(help: "A pack of the old version; may be repeated.") var against: [String] = []
        @OptionGroup var input: LogInput
        @Flag(help: "Print the counts of each rule only.") var counts = false
        @Flag(help: "End with 1 when a finding is lost.") var failWhenLost = false
        @Option(help: "text: for people; ndjson: one JSON value a line.") var format = Format.text

        func validate() throws {
            if against.isEmpty { throw ValidationError("Say what to compare with: --against PACK.") }
        }

        func run() throws {
            let after = try input.rules(packs)
            let before = try input.rules(against)
            let ground = try input.ground()
            input.review(after, ground)
            var sourcePacks = try input.sourcePacks(packs)
            let placing = try input.placement()
            var comparison = Rules.Backtest()
            var frames = 0
            for path in try input.paths() {
                var log = LoggedFrames(path)
                var flight: ReplayedFlight?
                try log.read { header in
                    guard flight?.header.flight != header.flight else {
                        flight?.placement = placing(header)
                        return
                    }
                    flight.map { finish($0, &comparison) }
                    _ = sourcePacks.packs(of: header.source, among: after)
                    flight = ReplayedFlight(
                        header, before: RuleClassifier(before, source: header.source.text, ground: ground),
                        after: RuleClassifier(after, source: header.source.text, ground: ground),
                        placement: placing(header))
                } frame: { metadata in
                    guard let found = flight?.take(metadata) else { return }
                    for (change, detection, former) in comparison.compare(found.before, found.after) where !counts {
                        show(BacktestLine(change, detection, former: former, flight?.header))
                    }
                }
                flight.map { finish($0, &comparison) }
                frames += log.frames
            }
            guard frames > 0 else { throw Failure(.badInput, "There is no frame in the log.") }
            let fired = Set(comparison.detections.keys).union(comparison.findings.keys)
            if format == .text {
                printLine(
                    "\(counted(frames, "frame")); "
                        + (fired.isEmpty ? "neither version detects anything" : counted(fired.count, "rule") + " fired")
                )
            }
            for rule in fired.union(comparison.undecided.keys).sorted() { show(comparison, rule) }
            if failWhenLost, comparison.findings.values.contains(where: { $0.lost > 0 }) {
                throw ExitCode(Failure.Code.failed.rawValue)
            }
        }

        private func finish(_ flight: ReplayedFlight, _ comparison: inout Rules.Backtest) {
            var flight = flight
            let found = flight.finish()
            comparison.add(undecided: flight.counters.before, flight.counters.after)
            let radius = flight.header.joining.joinRadius * 1.5
            for (change, finding, former) in comparison.compare(found.before, found.after, radius: radius)
            where !counts { show(BacktestLine(change, finding, former: former)) }
        }

        private func show(_ line: BacktestLine) { printLine(format == .text ? line.text : line.json.string) }

        private func show(_ comparison: Rules.Backtest, _ rule: String) {
            let parts = [("detections", comparison.detections[rule]), ("findings", comparison.findings[rule])]
            guard format == .ndjson else {
                let texts = parts.map { name, counts in
                    let counts = counts ?? Rules.Backtest.Counts()
                    return "\(name) \(counts.before) → \(counts.after) (+\(counts.gained) −\(counts.lost)"
                        + (counts.changed > 0 ? ", \(counts.changed) of another severity)" : ")")
                }
                let undecided = comparison.undecided[rule].map { ", undecided \($0.before) → \($0.after)" } ?? ""
                return printLine("\(rule): \(texts.joined(separator: ", "))\(undecided)")
            }
            var json = JSONText()
            json.object { json in
                json.member("rule", rule)
                for (name, counts) in parts {
                    let counts = counts ?? Rules.Backtest.Counts()
                    json.member(name) { json in
                        json.object { json in
                            json.member("before", counts.before)
                            json.member("after", counts.after)
                            json.member("gained", counts.gained)
                            json.member("lost", counts.lost)
                            json.member("changed", counts.changed)
                        }
                    }
                }
                json.member("undecided") { json in
                    json.object { json in
                        json.member("before", Int(comparison.undecided[rule]?.before ?? 0))
                        json.member("after", Int(comparison.undecided[rule]?.after ?? 0))
                    }
                }
            }
            printLine(json.string)
        }
    }
}
