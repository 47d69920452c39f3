import Foundation
import OpenSSL
import Testing

struct SM2Tests {
    private static let scalar = "ee4a5e2d528f17f417fd0a6d4cb1fe93d7d4cc3c8a8377a99e9ffd548309f924"
    private static let point =
        "793c66a35d115dd92f191602015188647782779" + "8a5262673a53ca6074447a72db247255de5f8c72ed0d8f67610d6a19d758acff6"
        + "ae514d69da17387a2ff2fda6"
    private static let pem = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqBHM9VAYItBG0wawIBAQQg7kpeLVKPF/QX/Qpt
        TLH+k9fUzDyKg3epnp/9VIMJ+SShRANCAAR5PGajXRFd2S8ZFgIBUYhkd4J3mKUm
        JnOlPKYHREenLbJHJV3l+Mcu0Nj2dhDWoZ11is/2rlFNadoXOHov8v2m
        -----END PRIVATE KEY-----
        """
    private static let publicPEM = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAEeTxmo10RXdkvGRYCAVGIZHeCd5il
        JiZzpTymB0RHpy2yRyVd5fjHLtDY9nYQ1qGddYrP9q5RTWnaFzh6L/L9pg==
        -----END PUBLIC KEY-----
        """
    private static let message = Array("message digest".utf8)
    /// Of `openssl pkeyutl -sign -rawin -digest sm3 -pkeyopt distid:1234567812345678`.
    private static let signature: [UInt8] = [
        0x30, 0x45, 0x02, 0x21, 0x00, 0xC0, 0x71, 0xD1, 0xDD, 0x20, 0xCF, 0x30, 0xA9, 0x0C, 0x47, 0xD1, 0x51, 0xB5,
        0x80,
        0x9F, 0xD2, 0xBD, 0xEA, 0x0C, 0x5F, 0xA3, 0x26, 0x2D, 0x2B, 0xA1, 0x24, 0x33, 0x62, 0xF9, 0xD1, 0x95, 0xB6,
        0x02,
        0x20, 0x01, 0x83, 0xF4, 0xA5, 0x66, 0xCA, 0x5C, 0x20, 0x0A, 0xDB, 0xF2, 0xD1, 0x2A, 0xCB, 0xB6, 0xBA, 0x6F,
        0xBB,
        0xB4, 0xFF, 0xE1, 0x29, 0x87, 0x09, 0x19, 0x77, 0x09, 0x47, 0x1F, 0x70, 0x04, 0x35,
    ]

    @Test(arguments: [publicPEM, point, "04" + point]) func `takes what the openssl command signed`(key: String) throws
    {
        let key = try SM2PublicKey(key)
        func isTaken(_ signature: [UInt8], _ message: [UInt8] = Self.message, _ id: [UInt8] = sm2DefaultIdentity)
            -> Bool
        {
            key.verifies(signature, of: message, id: id)
        }
        #expect(isTaken(Self.signature))
        #expect(!isTaken(Self.signature, Self.message + [0]))
        #expect(!isTaken(Self.signature, Self.message, Array("another".utf8)))
        for index in Self.signature.indices {
            var changed = Self.signature
            changed[index] ^= 1
            #expect(!isTaken(changed), "\(index)")
        }
        #expect(!isTaken([]))
        #expect(!isTaken([UInt8](repeating: 0x30, count: 1000)))
    }

    @Test(arguments: [pem, scalar, scalar.uppercased()]) func `signs what its public key takes, each time anew`(
        text: String
    ) throws {
        let key = try SM2PrivateKey(text)
        let first = try key.signature(of: Self.message, id: sm2DefaultIdentity)
        let second = try key.signature(of: Self.message, id: sm2DefaultIdentity)
        #expect(first != second)
        let own = try SM2PublicKey(Self.publicPEM)
        for signature in [first, second] {
            let isTaken = own.verifies(signature, of: Self.message, id: sm2DefaultIdentity)
            #expect(isTaken)
            let raw = try #require(SM2Signature.raw(der: signature))
            #expect(raw.count == 64 && SM2Signature.der(raw: raw) == signature)
        }
    }

    @Test func `the openssl command takes what is signed here`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sm2-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let signature = try SM2PrivateKey(Self.scalar).signature(of: Self.message, id: Array("city".utf8))
        try Data(signature).write(to: folder.appending(path: "s"))
        try Data(Self.message).write(to: folder.appending(path: "m"))
        try Data(Self.publicPEM.utf8).write(to: folder.appending(path: "k"))
        let command = Process()
        command.executableURL = URL(filePath: "/usr/bin/env")
        command.arguments = [
            "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "k", "-in", "m", "-sigfile", "s", "-rawin", "-digest",
            "sm3",
            "-pkeyopt", "distid:city",
        ]
        command.currentDirectoryURL = folder
        command.standardOutput = FileHandle.nullDevice
        command.standardError = FileHandle.nullDevice
        try command.run()
        command.waitUntilExit()
        #expect(command.terminationStatus == 0)
    }

    @Test(arguments: [
        "", "ee", String(repeating: "g", count: 64), String(repeating: "0", count: 64),
        "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122",
        String(repeating: "f", count: 64),
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "-----BEGIN NOTHING-----",
        // Of another curve.
        """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2
        OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r
        1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G
        -----END PRIVATE KEY-----
        """,
    ]) func `a key that is none of SM2 is refused, and its text not shown`(text: String) {
        let error = #expect(throws: OpenSSLError.self) { _ = try SM2PrivateKey(text) }
        #expect(error?.kind == .key)
        #expect(text.isEmpty || error?.description.contains(text) == false)
    }

    @Test(arguments: [
        "", "04", String(repeating: "1", count: 128), "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
    ])
    func `a point that is not on the curve is no key`(text: String) {
        #expect(throws: OpenSSLError.self) { _ = try SM2PublicKey(text) }
    }

    @Test(
        arguments: [
            [], [0x30], [0x30, 0x06, 2, 1, 1, 2, 1], [0x30, 0x06, 2, 1, 1, 2, 9, 1], [0x31, 0x06, 2, 1, 1, 2, 1, 1],
            [0x30, 0x07, 2, 1, 1, 2, 1, 1, 0], [0x30, 0x06, 2, 0, 1, 2, 1, 1],
        ] as [[UInt8]]) func `a structure that is cut or too long is no signature`(bytes: [UInt8])
    {
        #expect(SM2Signature.raw(der: bytes) == nil)
    }

    @Test func `small numbers and such with a high bit keep their value in both forms`() throws {
        let raw = [UInt8](repeating: 0, count: 31) + [5] + [UInt8](repeating: 0xFF, count: 32)
        let der = try #require(SM2Signature.der(raw: raw))
        #expect(Array(der.prefix(5)) == [0x30, 38, 2, 1, 5])
        #expect(SM2Signature.raw(der: der) == raw)
        #expect(SM2Signature.der(raw: [1]) == nil)
    }
}
