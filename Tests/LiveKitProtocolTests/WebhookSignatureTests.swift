import FoundationEssentials
import LiveKitProtocol
import Testing

@Suite struct WebhookSignatureTests {
    private let pair = APIKeys.Pair(key: "devkey", secret: "secret")
    private let verifier = TokenVerifier(keys: ["devkey": "secret"])
    private let present = Date(timeIntervalSince1970: 1_800_000_000)

    @Test func `the hash is the standard Base64 of the SHA-256 of the bytes`() {
        // The value `hashlib` and `base64` of Python give.
        #expect(WebhookSignature.hash("hello".utf8) == "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=")
    }

    @Test func `a signature belongs to its body, for five minutes`() throws {
        let token = WebhookSignature.sign("{}".utf8, with: pair, now: present)
        #expect(try WebhookSignature.verify(token, of: "{}".utf8, with: verifier, now: present))
        #expect(try !WebhookSignature.verify(token, of: "{ }".utf8, with: verifier, now: present))
        #expect(throws: TokenError.expired) {
            try WebhookSignature.verify(
                token,
                of: "{}".utf8,
                with: verifier,
                now: present.addingTimeInterval(5 * 60 + 61)
            )
        }
    }
}
