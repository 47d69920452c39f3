import COpenSSL

/// The digest of GB/T 32905-2016, 32 bytes, and its keyed form (RFC 2104). Wraps `EVP_Digest` and `HMAC` with `EVP_sm3`.
public enum SM3 {
    public static let byteCount = 32

    public static func hash(_ message: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: byteCount)
        var size: UInt32 = 0
        let done = unsafe digest.withUnsafeMutableBufferPointer { digest in
            unsafe message.withUnsafeBytes { message in
                unsafe EVP_Digest(message.baseAddress, message.count, digest.baseAddress, &size, EVP_sm3(), nil)
            }
        }
        guard done == 1, size == UInt32(byteCount) else { throw .library("compute SM3") }
        return digest
    }

    /// HMAC-SM3. A key longer than a block is hashed first.
    public static func authenticationCode(for message: [UInt8], key: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: byteCount)
        var size: UInt32 = 0
        // A null key would mean: the key used before.
        let key = key.isEmpty ? [0] : key
        let isDone = unsafe code.withUnsafeMutableBufferPointer { code in
            unsafe key.withUnsafeBytes { key in
                unsafe message.withUnsafeBufferPointer { message in
                    unsafe HMAC(
                        EVP_sm3(), key.baseAddress, Int32(clamping: key.count), message.baseAddress, message.count,
                        code.baseAddress, &size) != nil
                }
            }
        }
        guard isDone, size == UInt32(byteCount) else { throw .library("compute HMAC-SM3") }
        return code
    }
}
