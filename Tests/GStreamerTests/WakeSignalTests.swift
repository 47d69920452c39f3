import Dispatch
import Testing

@testable import GStreamer

struct WakeSignalTests {
    private static func seconds(_ body: () -> Void) -> Double {
        let begin = DispatchTime.now().uptimeNanoseconds
        body()
        return Double(DispatchTime.now().uptimeNanoseconds - begin) / 1e9
    }

    @Test func `ends a wait, once`() {
        let signal = WakeSignal()
        signal.raise()
        #expect(Self.seconds { signal.wait(atMost: 10) } < 5)
        #expect(Self.seconds { signal.wait(atMost: 0.1) } > 0.09)
    }

    @Test func `without a descriptor no wait is a long one, nor one without rest`() {
        let signal = WakeSignal(descriptor: -1)
        signal.raise()
        let waited = Self.seconds { signal.wait(atMost: 10) }
        #expect((0.04..<5).contains(waited))
    }
}
