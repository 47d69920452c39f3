import GStreamer

extension Pipeline {
    /// The media types an element gives out, such as `video/x-h264`, in the order they came; none without that element.
    func mediaTypes(of name: String) -> [Substring] {
        let caps = (try? element(name).sourceCaps) ?? []
        return caps.map { text in text.prefix { $0 != "," } }
    }
}

extension GStreamerError {
    /// `element` gives out video of a coding that no source reads: `GST_STREAM_ERROR_CODEC_NOT_FOUND`.
    static func unread(_ coding: some StringProtocol, element: String) -> GStreamerError {
        GStreamerError(domain: .stream, code: 6, element: element, text: "video of type \(coding) is not read")
    }
}
