/// Whoever looks at the pixels of a source: an analyser's feed. Given to ``makeSource(name:location:options:clock:looker:)``.
public protocol PictureLooker: Sendable {
    /// One picture that the decode policy chose, in the order of decoding's output: by rising time within a run. Called on
    /// the thread that decodes: of a file, that of the source, which waits; of a live stream, the decoder's own, where what
    /// takes longer than the pictures come makes the decoder leave some out. Keep the sample as long as needed, but few of
    /// them: each holds a buffer of the decoder's pool.
    func look(at picture: DecodedPicture)
}
