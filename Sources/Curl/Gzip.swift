import CCurl

/// The content coding of RFC 9110 section 8.4.1.3.
public enum Gzip {
    /// Nil when it would not be shorter. Wraps `deflate`.
    public static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
        let room = bytes.count
        guard room > 64 else { return nil }
        let target = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            count = unsafe bytes.withUnsafeBytes { source in
                unsafe ccurl_gzip(source.baseAddress, source.count, buffer.baseAddress, room)
            }
        }
        return target.isEmpty ? nil : target
    }
}
