import COpenSSL

/// Owns an `EVP_PKEY` of SM2. Wraps `EVP_DigestSign` and `EVP_DigestVerify`.
@safe struct SM2Handle: ~Copyable {
    private let key: OpaquePointer

    init(pem: String, isPrivate: Bool) throws(OpenSSLError) {
        let bytes = Array(pem.utf8)
        let made = unsafe bytes.withUnsafeBytes { bytes -> OpaquePointer? in
            guard let bio = unsafe copenssl_bio(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
            defer { unsafe BIO_free(bio) }
            return unsafe isPrivate ? copenssl_private_key(bio) : copenssl_public_key(bio)
        }
        try unsafe self.init(made)
    }

    init(der: [UInt8], isPrivate: Bool) throws(OpenSSLError) {
        let made = unsafe der.withUnsafeBufferPointer { der -> OpaquePointer? in
            var start = der.baseAddress
            return unsafe isPrivate
                ? d2i_AutoPrivateKey(nil, &start, der.count) : d2i_PUBKEY(nil, &start, der.count)
        }
        try unsafe self.init(made)
    }

    private init(_ made: OpaquePointer?) throws(OpenSSLError) {
        // What went wrong stands in a queue of the thread, which the next call must not find.
        ERR_clear_error()
        guard let made = unsafe made else { throw OpenSSLError(.key, "this is no key that OpenSSL can read") }
        guard unsafe copenssl_is_sm2(made) == 1 else {
            unsafe EVP_PKEY_free(made)
            throw OpenSSLError(.key, "this is a key, but none of SM2")
        }
        unsafe key = made
    }

    deinit { unsafe EVP_PKEY_free(key) }

    func sign(_ message: [UInt8], id: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        defer { ERR_clear_error() }
        guard let context = unsafe context(id: id) else { throw .library("sign") }
        defer { unsafe free(context) }
        guard unsafe EVP_DigestSignInit(context, nil, EVP_sm3(), nil, key) == 1 else { throw .library("sign") }
        var size = 128
        var signature = [UInt8](repeating: 0, count: size)
        let done = unsafe signature.withUnsafeMutableBufferPointer { signature in
            unsafe message.withUnsafeBufferPointer { message in
                unsafe EVP_DigestSign(context, signature.baseAddress, &size, message.baseAddress, message.count)
            }
        }
        guard done == 1, size <= signature.count else { throw .library("sign") }
        return Array(signature.prefix(size))
    }

    func verify(_ signature: [UInt8], of message: [UInt8], id: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        guard signature.count <= 128, let context = unsafe context(id: id) else { return false }
        defer { unsafe free(context) }
        guard unsafe EVP_DigestVerifyInit(context, nil, EVP_sm3(), nil, key) == 1 else { return false }
        let answer = unsafe signature.withUnsafeBufferPointer { signature in
            unsafe message.withUnsafeBufferPointer { message in
                unsafe EVP_DigestVerify(
                    context, signature.baseAddress, signature.count, message.baseAddress, message.count)
            }
        }
        return answer == 1
    }

    /// A digest's context with the key's own, which holds the identity. Freed by ``free(_:)``.
    private func context(id: [UInt8]) -> OpaquePointer? {
        guard let context = unsafe EVP_MD_CTX_new() else { return nil }
        guard let keyContext = unsafe EVP_PKEY_CTX_new(key, nil) else {
            unsafe EVP_MD_CTX_free(context)
            return nil
        }
        let isSet = unsafe id.withUnsafeBytes { id in
            unsafe EVP_PKEY_CTX_set1_id(keyContext, id.baseAddress, Int32(clamping: id.count)) == 1
        }
        guard isSet else {
            unsafe EVP_PKEY_CTX_free(keyContext)
            unsafe EVP_MD_CTX_free(context)
            return nil
        }
        unsafe EVP_MD_CTX_set_pkey_ctx(context, keyContext)
        return unsafe context
    }

    /// The key's context is not freed with the digest's, since it was set from outside.
    private func free(_ context: OpaquePointer) {
        let keyContext = unsafe EVP_MD_CTX_get_pkey_ctx(context)
        unsafe EVP_MD_CTX_free(context)
        unsafe EVP_PKEY_CTX_free(keyContext)
    }
}
