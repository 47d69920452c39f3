import Delivery
import Testing

/// Vectors of Standard Webhooks 1.0.0 and of its reference library.
struct WebhookSecretTests {
    private static let bodyB = """
        {"type":"detection.confirmed","timestamp":"2026-08-20T03:04:05Z","data":{"id":"01J5Q0T1","class":"waste_pile",\
        "name":"暴露垃圾","lon":118.415495,"lat":29.137336}}
        """
    private static let secretB = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

    @Test func `the vector's body is the documented 166 bytes`() { #expect(Self.bodyB.utf8.count == 166) }

    @Test(arguments: [
        (
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330 as Int64,
            #"{"test": 2432232314}"#, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        ),
        (secretB, "msg_01J5Q0T1", 1_787_195_045, bodyB, "v1,AD9TeBu96tR8fTJDxFrRgswIEKuk0gIJwGdex+Ylz8E="),
    ]) func `signs the published vectors`(
        secret: String, id: String, timestamp: Int64, body: String, expected: String
    ) throws {
        let secret = try WebhookSecret(secret)
        #expect(secret.signature(id: id, timestamp: timestamp, body: Array(body.utf8)) == expected)
        #expect(secret.verifies(signatures: expected, id: id, timestamp: String(timestamp), body: Array(body.utf8)))
    }

    @Test func `the text of the secret is not the key`() throws {
        let wrong = "v1,+iUhxj0IbWmQA8A+dGQciYmSlSQY+lbePUgcy9XPNX0="
        let body = Array(Self.bodyB.utf8)
        #expect(
            try !WebhookSecret(Self.secretB).verifies(
                signatures: wrong, id: "msg_01J5Q0T1", timestamp: "1787195045", body: body))
    }

    @Test func `any listed signature may match`() throws {
        let body = Array(Self.bodyB.utf8)
        let list = "v1a,AAAA v1,!!! v1, v1,AD9TeBu96tR8fTJDxFrRgswIEKuk0gIJwGdex+Ylz8E="
        #expect(
            try WebhookSecret(Self.secretB).verifies(
                signatures: list, id: "msg_01J5Q0T1", timestamp: "1787195045", body: body))
    }

    @Test(arguments: [
        ("msg_01J5Q0T2", "1787195045", ""), ("msg_01J5Q0T1", "1787195046", ""), ("msg_01J5Q0T1", "1787195045", " "),
    ]) func `a change of id, time or body does not verify`(id: String, timestamp: String, suffix: String) throws {
        #expect(
            try !WebhookSecret(Self.secretB).verifies(
                signatures: "v1,AD9TeBu96tR8fTJDxFrRgswIEKuk0gIJwGdex+Ylz8E=", id: id, timestamp: timestamp,
                body: Array((Self.bodyB + suffix).utf8)))
    }

    @Test(arguments: [
        "", "whsec_", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "whsec_MDEyMzQ1Njc4OWFiY2RlZg==",
        "whsec_MDEy*zQ1",
        "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY", "whsec_" + String(repeating: "A", count: 88),
    ]) func `refuses what is no secret, without repeating it`(text: String) {
        #expect { try WebhookSecret(text) } throws: {
            guard let error = $0 as? DeliveryError else { return false }
            return error.kind == .invalidOption && !error.description.contains("MDEy")
        }
    }

    @Test func `a secret never prints itself`() throws {
        let secret = try WebhookSecret(Self.secretB)
        #expect("\(secret)" == "whsec_…")
        #expect(String(reflecting: secret) == "whsec_…")
    }
}
