internal import Synchronization

/// Lets one waiter sleep until someone has something for it. A signal given while nobody waits is kept; several are one.
final class WakeSignal: Sendable {
    private struct State {
        var isPending = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func notify() {
        let waiter = state.withLock { state in
            let waiter = state.waiter
            state.waiter = nil
            state.isPending = waiter == nil
            return waiter
        }
        waiter?.resume()
    }

    /// Returns at the next signal, after `longest`, or when the task is cancelled.
    func wait(atMost longest: Duration) async {
        let timer = Task {
            try? await Task.sleep(for: longest)
            if !Task.isCancelled { notify() }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.isPending || Task.isCancelled || state.waiter != nil {
                        state.isPending = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            notify()
        }
        timer.cancel()
    }
}
