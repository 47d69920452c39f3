import Foundation
import Inspection
import Logging
import Telemetry

/// Files, which are read once each.
extension Journey {
    /// A file that was read to its end before is not read again.
    func begin(file form: StreamDescription) {
        guard !isLive, let content = form.content else { return }
        if let path = form.path {
            logger.info(
                "file begins",
                metadata: [
                    "source": "\(name)", "file": "\(path)", "pictures": "\(form.parts.count)",
                    "sidecars": "\(form.sidecars.joined(separator: ", "))",
                ])
        }
        let store = keeper.store
        let name = name
        alreadyDone = (try? block { try await store.isDone(content: content, source: name) }) ?? false
        if let beside = feeds?.begin(form, &stages.aligner) { progress.has(beside) }
        if alreadyDone {
            logger.notice("file was already read to its end; nothing to do", metadata: ["source": "\(name)"])
            return source.skip()
        }
        learnTiming(of: form)
    }

    var isOfStills: Bool { form?.codec == "jpeg" }

    /// The end of one of several files: of its flight too.
    func endFile(_ error: SourceError?) {
        if let error {
            progress.fileFailed(error)
            logger.warning(
                "file not read: \(error.description)", metadata: ["source": "\(name)", "hint": "\(error.hint)"])
        }
        if !alreadyDone {
            take(analysed(stages.aligner.restart(), isLast: true))
            let ended = flight
            endFlight()
            if error == nil { markDone(ended) }
            line.waitUntilIdle()
        }
        alreadyDone = false
        form = nil
        newestFrame = RunningTime(nanoseconds: 0)
        watch?.restart()
    }

    func markDone(_ flight: Flight?) {
        guard !isLive, let form, let content = form.content, var flight else { return }
        flight.ended = true
        let keeper = keeper
        let ended = flight
        let contents = form.parts.isEmpty ? [content] : form.parts
        keepSpending(isEnd: true)
        line.submit { await keeper.markDone(contents: contents, flight: ended) }
    }
}
