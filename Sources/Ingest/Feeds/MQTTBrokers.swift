import Inspection
import Mosquitto
import Synchronization

/// The connections to brokers, one for all feeds that reach a broker in the same way. The last feed that leaves ends it.
public final class MQTTBrokers: Sendable {
    private struct Shared {
        var connection: MQTTConnection
        var users: Int
    }

    private let connections = Mutex<[MQTTOptions: Shared]>([:])

    public init() {}

    func join(_ broker: MQTTBroker, clock: any Clock) throws(SourceError) -> MQTTConnection {
        let options = broker.options
        let joined = connections.withLock { connections -> Result<MQTTConnection, MosquittoError> in
            if let shared = connections[options] {
                connections[options]?.users += 1
                return .success(shared.connection)
            }
            do throws(MosquittoError) {
                let connection = try MQTTConnection(options) { clock.utc.microseconds }
                connections[options] = Shared(connection: connection, users: 1)
                connection.start()
                return .success(connection)
            } catch {
                return .failure(error)
            }
        }
        switch joined {
        case .success(let connection): return connection
        case .failure(let error): throw SourceError(error)
        }
    }

    func leave(_ connection: MQTTConnection) {
        let isLast = connections.withLock { connections in
            guard let shared = connections[connection.options], shared.connection === connection else { return false }
            if shared.users <= 1 {
                connections[connection.options] = nil
                return true
            }
            connections[connection.options]?.users -= 1
            return false
        }
        if isLast { connection.stop() }
    }
}

extension SourceError {
    init(_ error: MosquittoError) {
        let (kind, hint): (Kind, String) =
            switch error.kind {
            case .badCredentials: (.noPermission, "check user name and password")
            case .notAuthorized: (.noPermission, "check user name, password, and what the broker allows this user")
            case .subscriptionRefused: (.noPermission, "allow this user to read the topics at the broker")
            case .tls:
                (.connection, "check ca_file, client_cert and client_key, and the name in the broker's certificate")
            case .resolve: (.connection, "check the host's name")
            case .connect: (.connection, "check address, port and firewall")
            case .timeout: (.timedOut, "check address, port and firewall")
            case .noAnswer: (.connection, "check the port, and whether it wants TLS (mqtts://)")
            case .invalid: (.failed, "check the settings of the broker")
            case .version, .refused, .lost, .other: (.connection, "see the broker's log")
            }
        self.init(kind: kind, description: error.description, hint: hint)
    }
}
