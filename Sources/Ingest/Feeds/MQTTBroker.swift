import Foundation
public import Inspection
import Mosquitto

/// A broker and how this gateway presents itself to it. Feeds with equal ones share one connection.
public struct MQTTBroker: Sendable, Hashable, CustomStringConvertible {
    public var host: String
    public var port: Int
    /// By TLS: `mqtts://`. The broker's certificate is always checked.
    public var isSecure: Bool
    public var username: String?
    public var password: String?
    /// PEM file of the authorities that vouch for the broker, instead of the system's.
    public var authorityFile: String?
    /// PEM files of this gateway's certificate and of its key.
    public var certificateFile: String?
    public var keyFile: String?
    /// Unique at the broker; nil lets the broker choose.
    public var clientID: String?
    /// A topic of the gateway's own on which the broker says `offline` when the gateway vanishes.
    public var statusTopic: String?
    /// Topics that stood behind the host, as in `mqtt://host/thing/product/+/osd`.
    public var topics: [String] = []

    /// `mqtt://` or `mqtts://`, `[user[:password]@]host[:port][/topic]`; ports 1883 and 8883 when left out.
    public init(_ address: String) throws(SourceError) {
        func refuse(_ what: String) -> SourceError {
            SourceError(
                kind: .failed, description: "\(Redaction(url: address)(address)): \(what)",
                hint: "such as mqtts://broker.example:8883")
        }
        guard let mark = address.firstRange(of: "://") else { throw refuse("no address of a broker") }
        switch address[..<mark.lowerBound].lowercased() {
        case "mqtt", "tcp": isSecure = false
        case "mqtts", "ssl": isSecure = true
        default: throw refuse("the scheme must be mqtt or mqtts")
        }
        let rest = address[mark.upperBound...]
        var authority = rest.prefix { $0 != "/" }
        let path = rest[authority.endIndex...].drop { $0 == "/" }
        if !path.isEmpty { topics = [String(path)] }
        if let at = authority.lastIndex(of: "@") {
            let info = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            username = info.first.flatMap(PercentCoding.decoded)
            password = info.count > 1 ? PercentCoding.decoded(info[1]) : nil
            if username == nil || (info.count > 1 && password == nil) { throw refuse("a broken %-sequence") }
            authority = authority[authority.index(after: at)...]
        }
        var portText: Substring?
        if authority.first == "[", let end = authority.firstIndex(of: "]") {
            host = String(authority[authority.index(after: authority.startIndex)..<end])
            let after = authority[authority.index(after: end)...]
            if !after.isEmpty, after.first != ":" { throw refuse("no port after the address") }
            portText = after.isEmpty ? nil : after.dropFirst()
        } else {
            let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2 else { throw refuse("an IPv6 address must stand in brackets") }
            host = String(parts.first ?? "")
            portText = parts.count == 2 ? parts[1] : nil
        }
        guard !host.isEmpty else { throw refuse("no host") }
        port = isSecure ? 8883 : 1883
        if let portText {
            guard let number = Int(portText), (1...65_535).contains(number) else { throw refuse("no port") }
            port = number
        }
    }

    /// Without user and password.
    public var description: String {
        "\(isSecure ? "mqtts" : "mqtt")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    var options: MQTTOptions {
        var options = MQTTOptions(host: host, port: port)
        options.username = username
        options.password = password
        options.clientID = clientID
        if isSecure {
            var tls = MQTTOptions.TLS()
            tls.authorityFile = authorityFile
            tls.certificateFile = certificateFile
            tls.keyFile = keyFile
            options.tls = tls
        }
        if let statusTopic { options.will = MQTTOptions.Will(topic: statusTopic, payload: Array("offline".utf8)) }
        return options
    }

    /// Says before anything is opened what cannot work.
    func check() throws(SourceError) {
        let files = [
            ("ca_file", authorityFile), ("client_cert", certificateFile), ("client_key", keyFile),
        ]
        for case (let key, let file?) in files {
            guard isSecure else {
                throw SourceError(
                    kind: .failed, description: "\(key) is given, but \(self) is not encrypted",
                    hint: "write mqtts:// and the port for it, 8883 as a rule")
            }
            guard FileManager.default.isReadableFile(atPath: file) else {
                throw SourceError(
                    kind: .notFound, description: "\(key) \(file) cannot be read",
                    hint: "check the path, and that the service's user may read it")
            }
        }
    }
}
