extension HTTPRequest {
    static let maximumURLBytes = 8192
    static let maximumFields = 64
    static let maximumFieldBytes = 16_384

    /// Host and port of the address, or the reason why this request is not sent.
    func validated() throws(CurlError) -> String {
        let bytes = Array(url.utf8)
        guard bytes.count <= Self.maximumURLBytes, bytes.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            throw Self.invalid("the address is too long or has characters that must be percent-encoded")
        }
        let lower = url.lowercased()
        guard let scheme = ["http://", "https://"].first(where: { lower.hasPrefix($0) }) else {
            throw Self.invalid("the address must begin with http:// or https://")
        }
        let authority = bytes[scheme.utf8.count...].prefix { $0 != 47 && $0 != 63 && $0 != 35 }
        guard !authority.isEmpty, !authority.contains(64), !authority.contains(92) else {
            throw Self.invalid("the address has no host, or has a user in it")
        }
        guard fields.count <= Self.maximumFields else { throw Self.invalid("too many headers") }
        for field in fields {
            guard Self.isToken(field.name) else { throw Self.invalid("a header's name is not a token") }
            guard field.value.utf8.count <= Self.maximumFieldBytes,
                field.value.utf8.allSatisfy({ ($0 >= 32 || $0 == 9) && $0 != 127 })
            else { throw Self.invalid("the value of header \(field.name) is too long or has control characters") }
        }
        if case .part(_, let offset, let count) = body, offset < 0 || count < 0 {
            throw Self.invalid("a part of a file has an offset and a length of 0 or more")
        }
        guard maximumResponseBytes >= 0 else { throw Self.invalid("maximumResponseBytes is negative") }
        return String(decoding: authority, as: UTF8.self)
    }

    static func invalid(_ reason: String) -> CurlError { CurlError(kind: .invalidRequest, description: reason) }

    /// Source: RFC 9110 section 5.6.2.
    private static func isToken(_ name: String) -> Bool {
        (1...256).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122: true
                case 33, 35...39, 42, 43, 45, 46, 94, 95, 96, 124, 126: true
                default: false
                }
            }
    }
}
