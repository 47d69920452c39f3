import Ingest
import Inspection
import Logging
import Rules

extension AnalyserNotice {
    /// `rules` and `packs` tell whether anybody asks about what the analyser can see.
    func log(source: Name, rules: RuleSet, packs: [String]?, to logger: Logger) {
        let metadata: Logger.Metadata = ["source": "\(source)"]
        switch self {
        case .started(let process): logger.debug("analyser started: process \(process)", metadata: metadata)
        case .ready(let hello):
            logger.notice(
                "analyser ready: \(hello.name) \(hello.version), labels \(hello.labels.joined(separator: ", "))",
                metadata: metadata)
            if !hello.labels.isEmpty { rules.log(declared: hello.labels, packs: packs, metadata, to: logger) }
        case .printed(let line): logger.info("analyser: \(line)", metadata: metadata)
        case .leftOut(let count): logger.info("analyser: \(count) more lines were left out", metadata: metadata)
        case .ended(let status, let lastLine, let restartIn):
            let how = status > 128 ? "was ended by signal \(status - 128)" : "ended with status \(status)"
            let next = restartIn.map { "started again in \($0.fixed(1)) s" } ?? "given up: frames go on without it"
            logger.warning("analyser \(how)\(lastLine.map { ": \($0)" } ?? ""); \(next)", metadata: metadata)
        case .hung(let seconds):
            logger.warning("analyser said nothing for \(seconds.fixed(1)) s and is killed", metadata: metadata)
        case .floods:
            logger.warning(
                "analyser floods its socket with lines that are no answers and is killed: see docs/analyser.md",
                metadata: metadata)
        case .cannotStart(let reason): logger.error("analyser cannot run: \(reason)", metadata: metadata)
        case .cannotConvert(let reason):
            logger.error("pictures cannot be made for the analyser: \(reason)", metadata: metadata)
        }
    }
}

extension RuleSet {
    /// Says where the labels that an analyser declares and those that the rules of `packs` ask about miss each other.
    func log(declared labels: [String], packs: [String]?, _ metadata: Logger.Metadata, to logger: Logger) {
        let unserved = unservedRules(by: labels, packs: packs)
        if unserved.count == summaries.count(where: { packs?.contains($0.pack) ?? true }) {
            logger.warning("no rule asks about any label of the analyser", metadata: metadata)
        } else if !unserved.isEmpty {
            logger.info(
                "the analyser declares no label of the rules \(unserved.joined(separator: ", "))", metadata: metadata)
        }
        let unused = unusedLabels(of: labels, packs: packs)
        if !unused.isEmpty {
            logger.info(
                "no rule asks about the analyser's \(unused.prefix(50).joined(separator: ", "))", metadata: metadata)
        }
    }
}
