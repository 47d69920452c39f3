import CCurl
import Glibc

/// One request under way and all the memory libcurl may touch for it. Used on the transfer thread only.
///
/// Owns a `CURL` easy handle, its header list, the request body, and an open file when the body is one. libcurl gets an
/// unretained pointer to this object for its callbacks; they run only inside `curl_multi_perform` while the loop keeps the
/// transfer, and end with ``detach(from:)``.
@safe final class Transfer {
    let id: UInt64
    let host: String
    let answer: @Sendable (TransferResult) -> Void
    private let easy: UnsafeMutableRawPointer
    private var list: UnsafeMutablePointer<curl_slist>?
    private var content: UnsafeMutableRawBufferPointer?
    private var file: OutgoingFile?
    private let addresses: AddressRules?
    /// The last address that was not permitted.
    private var forbidden = false
    private var isSurrendered = false
    var incoming: IncomingResponse

    /// `spare` is a handle that was used before and reset since; the transfer owns it from now on.
    init(
        id: UInt64, _ request: HTTPRequest, host: String, options: HTTPClient.Options,
        spare: UnsafeMutableRawPointer?, answer: @escaping @Sendable (TransferResult) -> Void
    ) throws(CurlError) {
        guard let easy = unsafe spare ?? curl_easy_init() else {
            throw CurlError(kind: .other, host: host, description: "\(host): no memory for a transfer")
        }
        self.id = id
        addresses = request.addresses
        self.host = host
        self.answer = answer
        unsafe self.easy = easy
        incoming = IncomingResponse(maximumBytes: request.maximumResponseBytes)
        try setAddress(request, options)
        try setTLS(request.tls)
        try setFields(request)
        try setBody(request)
        try setAddresses()
        try setCallbacks()
    }

    deinit {
        if !isSurrendered { unsafe curl_easy_cleanup(easy) }
        unsafe curl_slist_free_all(list)
        unsafe content?.deallocate()
    }

    /// The transfer whose handle this is. Wraps `CURLINFO_PRIVATE`.
    static func owner(of easy: UnsafeMutableRawPointer) -> Transfer? {
        var context: UnsafeMutableRawPointer?
        guard unsafe ccurl_get_pointer(easy, CURLINFO_PRIVATE, &context) == CURLE_OK else { return nil }
        return unsafe of(context)
    }

    /// Gives the handle away, clean, for another transfer. Wraps `curl_easy_reset`, which keeps what is known of hosts.
    func surrender() -> UnsafeMutableRawPointer {
        isSurrendered = true
        unsafe curl_easy_reset(easy)
        return unsafe easy
    }

    /// Monotonic nanoseconds at which its body may go on; nil when nothing holds it.
    var pausedUntil: Int64? { file?.pausedUntil }

    /// Wraps `curl_easy_pause`.
    func resume() {
        file?.resumed()
        _ = unsafe curl_easy_pause(easy, Int32(CURLPAUSE_CONT))
    }

    func attach(to multi: UnsafeMutableRawPointer) throws(CurlError) {
        guard unsafe curl_multi_add_handle(multi, easy) == CURLM_OK else {
            throw CurlError(kind: .other, host: host, description: "\(host): the transfer could not be added")
        }
    }

    func detach(from multi: UnsafeMutableRawPointer) { _ = unsafe curl_multi_remove_handle(multi, easy) }

    func result(_ code: CURLcode) -> TransferResult {
        if incoming.overflowed {
            return .failure(
                CurlError(
                    kind: .responseTooLarge, code: Int(code.rawValue), host: host,
                    description: "\(host): the response is longer than allowed"))
        }
        guard code == CURLE_OK else {
            if forbidden, code == CURLE_COULDNT_CONNECT {
                return .failure(
                    CurlError(
                        kind: .forbidden, code: Int(code.rawValue), host: host,
                        description: "\(host): its address is not one that may be spoken to; "
                            + "egress.allowed_addresses can permit it"))
            }
            return .failure(CurlError(code, host: host))
        }
        var status = 0
        _ = unsafe ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        return .success(HTTPResponse(status: status, fields: incoming.fields, body: incoming.body))
    }

    private func check(_ code: CURLcode) throws(CurlError) {
        guard code == CURLE_OK else { throw CurlError(code, host: host) }
    }

    private func set(_ option: CURLoption, _ value: Int) throws(CurlError) {
        try check(unsafe ccurl_set_long(easy, option, value))
    }

    private func set(_ option: CURLoption, _ text: String) throws(CurlError) {
        try check(unsafe ccurl_set_string(easy, option, text))
    }

    private func setAddress(_ request: HTTPRequest, _ options: HTTPClient.Options) throws(CurlError) {
        try set(CURLOPT_URL, request.url)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_FOLLOWLOCATION, 0)
        if request.isNeverRepeated { try set(CURLOPT_FRESH_CONNECT, 1) }
        try set(CURLOPT_NOSIGNAL, 1)
        // One connection for many requests where the server speaks HTTP/2; HTTP/1.1 gets as many as the limits allow. libcurl
        // sends a request again when an HTTP/2 server refuses its stream.
        let version = request.isNeverRepeated ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS
        try set(CURLOPT_HTTP_VERSION, Int(version))
        if !request.isNeverRepeated, request.url.lowercased().hasPrefix("https") { try set(CURLOPT_PIPEWAIT, 1) }
        try set(CURLOPT_PROXY, options.proxy ?? "")
        try set(CURLOPT_USERAGENT, options.userAgent)
        if let path = request.unixSocket { try set(CURLOPT_UNIX_SOCKET_PATH, path) }
        let times = request.timeouts
        let longest = Int(Int32.max)
        try set(CURLOPT_CONNECTTIMEOUT_MS, min(max(times.connectMilliseconds, 1), longest))
        try set(CURLOPT_TIMEOUT_MS, min(max(times.totalMilliseconds, 1), longest))
        // Under a limit of its own a body may well be slow.
        let slowest = request.rates.isEmpty ? times.lowSpeedBytesPerSecond : 0
        try set(CURLOPT_LOW_SPEED_LIMIT, min(max(slowest, 0), longest))
        try set(CURLOPT_LOW_SPEED_TIME, min(max(times.lowSpeedSeconds, 0), longest))
    }

    private func setTLS(_ tls: TLSOptions) throws(CurlError) {
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let path = tls.authorities { try set(CURLOPT_CAINFO, path) }
        if let pin = tls.pinnedPublicKey { try set(CURLOPT_PINNEDPUBLICKEY, pin) }
        if let path = tls.certificate { try set(CURLOPT_SSLCERT, path) }
        if let path = tls.key { try set(CURLOPT_SSLKEY, path) }
    }

    /// `Expect: 100-continue` is left out: it costs a round trip, and servers that ignore it cost a second.
    private func setFields(_ request: HTTPRequest) throws(CurlError) {
        var lines = request.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        let names = Set(request.fields.map { $0.name.lowercased() })
        if !names.contains("expect") { lines.append("Expect:") }
        if !names.contains("content-type") { lines.append("Content-Type:") }
        for line in lines {
            guard let longer = unsafe curl_slist_append(list, line) else {
                throw CurlError(kind: .other, host: host, description: "\(host): no memory for a header")
            }
            unsafe list = longer
        }
        try check(unsafe ccurl_set_list(easy, CURLOPT_HTTPHEADER, list))
    }

    private func setBody(_ request: HTTPRequest) throws(CurlError) {
        switch request.body {
        case .none:
            if request.method == .head {
                try set(CURLOPT_NOBODY, 1)
            } else if request.method != .get {
                try setContent([])
            }
        case .bytes(let bytes): try setContent(bytes)
        case .file(let path): try setFile(OutgoingFile(path: path, offset: 0, count: nil, rates: request.rates))
        case .part(let path, let offset, let count):
            try setFile(OutgoingFile(path: path, offset: offset, count: count, rates: request.rates))
        }
        if request.method != .get, request.method != .head { try set(CURLOPT_CUSTOMREQUEST, request.method.rawValue) }
    }

    private func setContent(_ bytes: [UInt8]) throws(CurlError) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 1)
        unsafe content = copy
        unsafe copy.copyBytes(from: bytes)
        try set(CURLOPT_POST, 1)
        try check(unsafe ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)))
        try check(unsafe ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, copy.baseAddress))
    }

    private func setFile(_ body: OutgoingFile?) throws(CurlError) {
        guard let body else { throw HTTPRequest.invalid("the body's file cannot be read") }
        file = body
        try set(CURLOPT_UPLOAD, 1)
        try check(unsafe ccurl_set_offset(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(body.count)))
        try check(
            unsafe ccurl_set_transfer(easy, CURLOPT_READFUNCTION) { bytes, size, count, context in
                guard let bytes = unsafe bytes, let file = unsafe Transfer.of(context)?.file else {
                    return Int(CURL_READFUNC_ABORT)
                }
                return unsafe file.read(into: bytes, room: size &* count)
            })
        try check(
            unsafe ccurl_set_seek(easy) { context, offset, origin in
                guard let file = unsafe Transfer.of(context)?.file, origin == SEEK_SET, file.seek(to: Int(offset))
                else {
                    return CURL_SEEKFUNC_CANTSEEK
                }
                return CURL_SEEKFUNC_OK
            })
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        try check(unsafe ccurl_set_pointer(easy, CURLOPT_READDATA, context))
        try check(unsafe ccurl_set_pointer(easy, CURLOPT_SEEKDATA, context))
    }

    /// Every address is looked at when its socket is made: after the name was resolved, so that nothing can come between.
    private func setAddresses() throws(CurlError) {
        guard addresses != nil else { return }
        try check(
            unsafe ccurl_set_socket(easy) { context, _, address in
                guard let transfer = unsafe Transfer.of(context), let address = unsafe address else { return -1 }
                return unsafe transfer.open(address)
            })
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        try check(unsafe ccurl_set_pointer(easy, CURLOPT_OPENSOCKETDATA, context))
    }

    private func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Int32 {
        let family = unsafe address.pointee.family
        let (skipped, length) = family == AF_INET ? (4, 4) : family == AF_INET6 ? (8, 16) : (0, 0)
        if let addresses, length > 0, unsafe Int(address.pointee.addrlen) >= skipped + length {
            let start = unsafe UnsafeRawPointer(address).advanced(
                by: MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 0)
            let bytes = unsafe Array(UnsafeRawBufferPointer(start: start.advanced(by: skipped), count: length))
            guard addresses.permits(bytes) else {
                forbidden = true
                return -1
            }
        }
        return unsafe socket(
            family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
    }

    private func setCallbacks() throws(CurlError) {
        try check(
            unsafe ccurl_set_transfer(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                guard let bytes = unsafe bytes, let transfer = unsafe Transfer.of(context) else { return 0 }
                let chunk = unsafe UnsafeRawBufferPointer(start: bytes, count: size &* count)
                return unsafe transfer.incoming.append(body: chunk) ? chunk.count : 0
            })
        try check(
            unsafe ccurl_set_transfer(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                guard let bytes = unsafe bytes, let transfer = unsafe Transfer.of(context) else { return 0 }
                let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size &* count)
                return unsafe transfer.incoming.append(line: line) ? line.count : 0
            })
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        try check(unsafe ccurl_set_pointer(easy, CURLOPT_PRIVATE, context))
        try check(unsafe ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context))
        try check(unsafe ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context))
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }
}
