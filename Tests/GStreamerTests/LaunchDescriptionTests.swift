import GStreamer
import Testing

struct LaunchDescriptionTests {
    @Test func `joins literals and numbers`() {
        let threads = 3
        let tail: LaunchDescription = "fakesink"
        let whole = "identity ! avdec_h264 max-threads=\(threads)" + ("! \(tail)" as LaunchDescription)
        #expect(whole.description == "identity ! avdec_h264 max-threads=3 ! fakesink")
    }
}
