/// IP addresses and blocks of them. Source: cel-spec, doc/extensions, "Network".
enum NetworkExtension {
    static let addressName = "net.IP"
    static let blockName = "net.CIDR"

    private static let addressType = CELType.object(addressName)
    private static let blockType = CELType.object(blockName)
    private static let addressRecord = RecordType(addressName, fields: [.init("address", .string)])
    private static let blockRecord = RecordType(
        blockName, fields: [.init("address", .string), .init("prefix", .int)])

    static let table: [String: LibraryFunction] = [
        "ip": LibraryFunction([Signature([.string], addressType), .method(blockType, [], addressType)]) {
            arguments, meter throws(EvaluationError) in
            try meter.charge()
            guard case .string = arguments[0] else { return value(try block(arguments[0], "ip").address) }
            return value(try address(arguments[0], "ip"))
        },
        "cidr": LibraryFunction([Signature([.string], blockType)]) { arguments, meter throws(EvaluationError) in
            try meter.charge()
            return value(try block(arguments[0], "cidr"))
        },
        "isIP": LibraryFunction([Signature([.string], .bool)]) { arguments, meter throws(EvaluationError) in
            try meter.charge()
            guard case .string(let text) = arguments[0] else { throw .noOverload("isIP", arguments) }
            return .bool(NetworkAddress(text) != nil)
        },
        "isCIDR": LibraryFunction([Signature([.string], .bool)]) { arguments, meter throws(EvaluationError) in
            try meter.charge()
            guard case .string(let text) = arguments[0] else { throw .noOverload("isCIDR", arguments) }
            return .bool(NetworkBlock(text) != nil)
        },
        "ip.isCanonical": LibraryFunction([Signature([.string], .bool)]) { arguments, meter throws(EvaluationError) in
            try meter.charge()
            guard case .string(let text) = arguments[0] else { throw .noOverload("ip.isCanonical", arguments) }
            return .bool(CodePoints.equal(try address(arguments[0], "ip.isCanonical").text, text))
        },
        "family": of(addressType, .int) { value throws(EvaluationError) in
            .int(try address(value, "family").family)
        },
        "isUnspecified": test("isUnspecified", \.isUnspecified),
        "isLoopback": test("isLoopback", \.isLoopback),
        "isGlobalUnicast": test("isGlobalUnicast", \.isGlobalUnicast),
        "isLinkLocalUnicast": test("isLinkLocalUnicast", \.isLinkLocalUnicast),
        "isLinkLocalMulticast": test("isLinkLocalMulticast", \.isLinkLocalMulticast),
        "prefixLength": of(blockType, .int) { value throws(EvaluationError) in
            .int(Int64(try block(value, "prefixLength").prefixLength))
        },
        "masked": of(blockType, blockType) { value throws(EvaluationError) in
            Self.value(try block(value, "masked").masked)
        },
        "containsIP": holding("containsIP", addressType) { outer, inner throws(EvaluationError) in
            outer.contains(try address(inner, "containsIP"))
        },
        "containsCIDR": holding("containsCIDR", blockType) { outer, inner throws(EvaluationError) in
            outer.contains(try block(inner, "containsCIDR"))
        },
    ]

    /// A method without arguments.
    private static func of(
        _ receiver: CELType, _ result: CELType,
        _ body: @escaping @Sendable (CELValue) throws(EvaluationError) -> CELValue
    ) -> LibraryFunction {
        LibraryFunction([.method(receiver, [], result)]) { arguments, meter throws(EvaluationError) in
            try meter.charge()
            return try body(arguments[0])
        }
    }

    private static func test(
        _ name: String, _ holds: @escaping @Sendable (NetworkAddress) -> Bool
    ) -> LibraryFunction {
        of(addressType, .bool) { value throws(EvaluationError) in .bool(holds(try address(value, name))) }
    }

    /// A method of a block that takes a value or its text.
    private static func holding(
        _ name: String, _ inner: CELType,
        _ holds: @escaping @Sendable (NetworkBlock, CELValue) throws(EvaluationError) -> Bool
    ) -> LibraryFunction {
        LibraryFunction([.method(blockType, [inner], .bool), .method(blockType, [.string], .bool)]) {
            arguments, meter throws(EvaluationError) in
            try meter.charge()
            return .bool(try holds(try block(arguments[0], name), arguments[1]))
        }
    }

    /// `string(value)` of an address or block; nil of anything else.
    static func text(_ value: CELValue) -> String? {
        guard case .record(let record) = value else { return nil }
        return (record.host as? NetworkAddress)?.text ?? (record.host as? NetworkBlock)?.text
    }

    static func value(_ address: NetworkAddress) -> CELValue {
        .record(CELRecord(type: addressRecord, fields: [.string(address.text)], host: address))
    }

    static func value(_ block: NetworkBlock) -> CELValue {
        let fields: [CELValue] = [.string(block.address.text), .int(Int64(block.prefixLength))]
        return .record(CELRecord(type: blockRecord, fields: fields, host: block))
    }

    private static func address(_ value: CELValue, _ name: String) throws(EvaluationError) -> NetworkAddress {
        switch value {
        case .string(let text):
            guard let address = NetworkAddress(text) else {
                throw EvaluationError(.invalidArgument, "\(value) is no IP address")
            }
            return address
        case .record(let record):
            guard let address = record.host as? NetworkAddress else { throw .noOverload(name, value) }
            return address
        default: throw .noOverload(name, value)
        }
    }

    private static func block(_ value: CELValue, _ name: String) throws(EvaluationError) -> NetworkBlock {
        switch value {
        case .string(let text):
            guard let block = NetworkBlock(text) else {
                throw EvaluationError(.invalidArgument, "\(value) is no block of IP addresses, such as 192.168.0.0/24")
            }
            return block
        case .record(let record):
            guard let block = record.host as? NetworkBlock else { throw .noOverload(name, value) }
            return block
        default: throw .noOverload(name, value)
        }
    }
}
