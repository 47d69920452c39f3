import CMosquitto
import Glibc

/// One connection, from its opening to its loss. Wraps a `struct mosquitto`, used by one thread only: the one that made it.
/// Nothing can be published by it.
@safe struct Session: ~Copyable {
    enum Version { case five, three }

    /// Loaded once, never unloaded: OpenSSL does not come back from that.
    private static let isReady: Bool = mosquitto_lib_init() == Int32(MOSQ_ERR_SUCCESS.rawValue)

    private let handle: OpaquePointer
    private let options: MQTTOptions
    /// What the callbacks told; lives as long as the handle that points to it.
    let reports: SessionReports

    private init(handle: OpaquePointer, _ options: MQTTOptions, _ reports: SessionReports) {
        self.options = options
        self.reports = reports
        unsafe self.handle = handle
    }

    static func make(
        _ options: MQTTOptions, _ version: Version, now: @escaping () -> Int64
    ) throws(MosquittoError) -> Session {
        let reports = SessionReports(messageLimit: options.messageLimit, version: version, now: now)
        let context = unsafe Unmanaged.passUnretained(reports).toOpaque()
        guard isReady, let handle = unsafe mosquitto_new(options.clientID, true, context) else {
            throw MosquittoError(kind: .other, broker: options.broker, description: "libmosquitto gives no client")
        }
        unsafe SessionReports.install(on: handle)
        let session = unsafe Session(handle: handle, options, reports)
        try session.prepare(version)
        return session
    }

    deinit { unsafe mosquitto_destroy(handle) }

    private func prepare(_ version: Version) throws(MosquittoError) {
        let number = version == .five ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311
        try check(unsafe mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION, number), "the protocol version")
        _ = unsafe mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1)
        if let username = options.username {
            try check(unsafe mosquitto_username_pw_set(handle, username, options.password), "the user name")
        }
        if let will = options.will {
            let code = unsafe mosquitto_will_set(
                handle, will.topic, Int32(will.payload.count), will.payload, 0, will.isRetained)
            try check(code, "the will")
        }
        guard let tls = options.tls else { return }
        let directory =
            tls.authorityDirectory ?? (tls.authorityFile == nil ? "/etc/ssl/certs" : nil)
        let code = unsafe mosquitto_tls_set(
            handle, tls.authorityFile, directory, tls.certificateFile, tls.keyFile,
            // An encrypted key fails instead of asking a terminal for its password.
            { _, _, _, _ in 0 })
        guard code == 0 else {
            let files = [tls.authorityFile, tls.authorityDirectory, tls.certificateFile, tls.keyFile]
            let named = files.compactMap { $0 }.joined(separator: ", ")
            throw MosquittoError(
                kind: .tls, broker: options.broker,
                description: "\(options.broker): one of the files for TLS cannot be used: \(named)")
        }
        try check(unsafe mosquitto_tls_insecure_set(handle, false), "TLS")
        try check(unsafe mosquitto_tls_opts_set(handle, 1, nil, nil), "TLS")
    }

    private func check(_ code: Int32, _ what: String) throws(MosquittoError) {
        guard code != 0 else { return }
        throw MosquittoError(
            kind: .invalid, broker: options.broker,
            description: "\(options.broker): \(what) cannot be used: \(SessionReports.text(code))")
    }

    /// Begins to connect; the broker's answer comes later. Blocks while the host's name is looked up.
    func connect() throws(MosquittoError) {
        if reports.version == .five { limitMessages() }
        let code = unsafe mosquitto_connect_async(
            handle, options.host, Int32(options.port), Int32(options.keepAlive))
        guard code == 0 || code == MOSQ_ERR_CONN_PENDING.rawValue else { throw error(code) }
    }

    /// Tells a broker of MQTT 5 what it may send at most. libmosquitto takes properties only by its blocking call, which
    /// keeps them before it looks at the host: called without one it keeps them and does not connect.
    private func limitMessages() {
        var properties: OpaquePointer?
        let id = Int32(MQTT_PROP_MAXIMUM_PACKET_SIZE.rawValue)
        // A packet is a topic and some properties longer than its message.
        let size = UInt32(min(options.messageLimit + 2048, 268_435_455))
        guard unsafe mosquitto_property_add_int32(&properties, id, size) == 0 else { return }
        _ = unsafe mosquitto_connect_bind_v5(handle, nil, 1, Int32(options.keepAlive), nil, properties)
        unsafe mosquitto_property_free_all(&properties)
    }

    func subscribe(_ filter: TopicFilter) throws(MosquittoError) {
        var id: Int32 = 0
        let code = unsafe mosquitto_subscribe(handle, &id, filter.text, 0)
        guard code == 0 else { throw error(code) }
        reports.asked[id] = filter
    }

    func unsubscribe(_ filter: TopicFilter) {
        _ = unsafe mosquitto_unsubscribe(handle, nil, filter.text)
    }

    /// Waits for the socket or `wake`, at most `milliseconds`, and does what there is to do. `isPatient`: the socket is waited
    /// for only to become readable.
    func turn(wake: borrowing WakePipe, milliseconds: Int32, isPatient: Bool) throws(MosquittoError) {
        let socket = unsafe mosquitto_socket(handle)
        guard socket >= 0 else { throw error(Int32(MOSQ_ERR_CONN_LOST.rawValue)) }
        var events = Int16(POLLIN)
        if !isPatient, unsafe mosquitto_want_write(handle) { events |= Int16(POLLOUT) }
        var waits = [
            pollfd(fd: socket, events: events, revents: 0), pollfd(fd: wake.readEnd, events: Int16(POLLIN), revents: 0),
        ]
        _ = unsafe poll(&waits, 2, milliseconds)
        if waits[1].revents != 0 { wake.clear() }
        if waits[0].revents & ~Int16(POLLOUT) != 0 { try step(unsafe mosquitto_loop_read(handle, 1)) }
        if isPatient || waits[0].revents & Int16(POLLOUT) != 0 {
            try step(unsafe mosquitto_loop_write(handle, 1))
        }
        try step(unsafe mosquitto_loop_misc(handle))
    }

    /// The broker's refusal says more than the lost connection that follows it.
    private func step(_ code: Int32) throws(MosquittoError) {
        let errorNumber = errno
        if let refusal = reports.refusal(options.broker) { throw refusal }
        guard code != 0 else { return }
        errno = errorNumber
        throw error(code)
    }

    private func error(_ code: Int32) -> MosquittoError {
        let system = code == MOSQ_ERR_ERRNO.rawValue ? errno : 0
        return reports.error(code, system: system, options: options)
    }

    /// Says goodbye; what could not be said at once is not waited for.
    func disconnect() {
        _ = unsafe mosquitto_disconnect(handle)
        _ = unsafe mosquitto_loop_write(handle, 1)
    }
}
