import CCurl
import Glibc

/// The transfer thread: takes commands, drives the transfers, sleeps. Everything here runs on that one thread.
///
/// Wraps `curl_multi_perform`, `curl_multi_poll` and `curl_multi_info_read`.
@safe final class TransferLoop {
    /// Longest sleep; the wake-up and libcurl's own timers end it earlier.
    private static let longestSleepMilliseconds: Int32 = 60_000

    private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private let engine: TransferEngine
    private var transfers: [UInt64: Transfer] = [:]
    /// Handles of transfers that ended, kept for the next.
    private var spares: [UnsafeMutableRawPointer] = unsafe []

    init(engine: TransferEngine) { self.engine = engine }

    func run() {
        guard Self.isReady, let multi = unsafe curl_multi_init() else {
            engine.stop()
            return abandonAll(engine.take().commands)
        }
        let options = engine.options
        _ = unsafe ccurl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, options.maximumConnections)
        _ = unsafe ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, options.maximumConnectionsPerHost)
        _ = unsafe ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, options.maximumConnections)
        engine.setWaker(unsafe MultiWaker(multi))
        while true {
            let (commands, stopping) = engine.take()
            if stopping {
                engine.setWaker(nil)
                abandonAll(commands)
                break
            }
            for command in commands { unsafe handle(command, multi) }
            var running: Int32 = 0
            _ = unsafe curl_multi_perform(multi, &running)
            unsafe collect(multi)
            if unsafe curl_multi_poll(multi, nil, 0, resumePaused(), nil) != CURLM_OK {
                // Out of memory is all that is left here: let the transfers fail by their timeouts, without spinning.
                sleepBriefly()
            }
        }
        for transfer in transfers.values {
            unsafe transfer.detach(from: multi)
            transfer.answer(.failure(TransferEngine.cancelled(transfer.host)))
        }
        transfers = [:]
        while let spare = unsafe spares.popLast() { unsafe curl_easy_cleanup(spare) }
        unsafe curl_multi_cleanup(multi)
    }

    private func handle(_ command: TransferEngine.Command, _ multi: UnsafeMutableRawPointer) {
        switch command {
        case .start(let id, let request, let host, let answer):
            do throws(CurlError) {
                let transfer = try unsafe Transfer(
                    id: id, request, host: host, options: engine.options, spare: spares.popLast(), answer: answer)
                try unsafe transfer.attach(to: multi)
                transfers[id] = transfer
            } catch {
                engine.finished(id)
                answer(.failure(error))
            }
        case .cancel(let id):
            guard let transfer = transfers.removeValue(forKey: id) else { return }
            unsafe transfer.detach(from: multi)
            engine.finished(id)
            transfer.answer(.failure(TransferEngine.cancelled(transfer.host)))
        }
    }

    private func collect(_ multi: UnsafeMutableRawPointer) {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let easy = unsafe message.pointee.easy_handle else {
                continue
            }
            let code = unsafe message.pointee.data.result
            guard let transfer = unsafe Transfer.owner(of: easy) else { continue }
            transfers[transfer.id] = nil
            let result = transfer.result(code)
            unsafe transfer.detach(from: multi)
            if unsafe spares.count < HTTPClient.Options.spareHandles { unsafe spares.append(transfer.surrender()) }
            engine.finished(transfer.id)
            transfer.answer(result)
        }
    }

    /// Lets bodies go on that a limit held back, and says for how many milliseconds there is nothing else to do.
    private func resumePaused() -> Int32 {
        let now = SendRate.now
        var sleep = Int64(Self.longestSleepMilliseconds)
        for transfer in transfers.values {
            guard let until = transfer.pausedUntil else { continue }
            if until <= now {
                transfer.resume()
                sleep = 0
            } else {
                sleep = min(sleep, (until - now) / 1_000_000 + 1)
            }
        }
        return Int32(sleep)
    }

    private func abandonAll(_ commands: [TransferEngine.Command]) {
        for case .start(let id, _, let host, let answer) in commands {
            engine.finished(id)
            answer(.failure(TransferEngine.cancelled(host)))
        }
    }

    private func sleepBriefly() {
        var pause = timespec(tv_sec: 0, tv_nsec: 100_000_000)
        unsafe nanosleep(&pause, nil)
    }
}
