import OpenSSL
import Testing

func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

struct SM3Tests {
    /// The first two of GB/T 32905, the others of `openssl dgst -sm3`.
    @Test(arguments: [
        (Array("abc".utf8), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (
            Array(String(repeating: "abcd", count: 16).utf8),
            "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
        ),
        ([], "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"),
        ([UInt8](repeating: 0, count: 100), "8aecbbf705c8f650169548ace8df8d6c9b763bee2b8feef8c22f1dca33c28ca7"),
    ]) func `hashes as the standard says`(message: [UInt8], digest: String) throws {
        #expect(try hexadecimal(SM3.hash(message)) == digest)
    }

    /// Of `openssl dgst -sm3 -mac HMAC`.
    @Test func `makes a keyed code`() throws {
        let message = Array("what do ya want for nothing?".utf8)
        #expect(
            try hexadecimal(SM3.authenticationCode(for: message, key: Array("Jefe".utf8)))
                == "2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882")
    }

    /// Source: RFC 2104: a key is filled with zeros to a block of 64 bytes, a longer one hashed first.
    @Test(arguments: [0, 1, 63, 64, 65, 200]) func `keys of every length mean what HMAC says`(length: Int) throws {
        let key = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 1) }
        var block = length > 64 ? try SM3.hash(key) : key
        block += [UInt8](repeating: 0, count: 64 - block.count)
        let inner = try SM3.hash(block.map { $0 ^ 0x36 } + [1, 2, 3])
        let expected = try SM3.hash(block.map { $0 ^ 0x5C } + inner)
        #expect(try SM3.authenticationCode(for: [1, 2, 3], key: key) == expected)
    }
}
