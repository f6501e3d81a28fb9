import LiveKitProtocol
import Testing

@testable import Signaling

@Suite struct SignalEndpointTests {
    @Test(arguments: [
        ("ws://localhost:7880", false, "localhost", 7880, "", "localhost:7880"),
        ("wss://example.org", true, "example.org", 443, "", "example.org"),
        ("http://10.0.0.1", false, "10.0.0.1", 80, "", "10.0.0.1"),
        ("https://example.org:8443/rooms/", true, "example.org", 8443, "/rooms", "example.org:8443"),
        ("WSS://example.org/", true, "example.org", 443, "", "example.org"),
        ("ws://[::1]:7880", false, "::1", 7880, "", "[::1]:7880"),
    ])
    func `a server URL says where to connect`(
        url: String,
        isSecure: Bool,
        host: String,
        port: Int,
        path: String,
        header: String
    ) throws {
        let endpoint = try SignalEndpoint(parsing: url)
        #expect(endpoint.isSecure == isSecure)
        #expect(endpoint.host == host)
        #expect(endpoint.port == port)
        #expect(endpoint.basePath == path)
        #expect(endpoint.hostHeader == header)
    }

    @Test(arguments: [
        ("ftp://example.org", SignalEndpointError.unsupportedScheme("ftp")),
        ("ws://", .missingHost),
        ("ws://user:secret@example.org", .credentialsInURL),
        ("ws://example.org:0", .portOutOfRange(0)),
        ("example.org", .malformed),
    ])
    func `an unusable server URL is refused with its reason`(url: String, error: SignalEndpointError) {
        #expect(throws: error) { try SignalEndpoint(parsing: url) }
    }

    @Test func `a refusal does not repeat credentials`() {
        #expect(!SignalEndpointError.credentialsInURL.description.contains("secret"))
    }

    @Test func `the query names the client and what it wants`() throws {
        let endpoint = try SignalEndpoint(parsing: "ws://localhost:7880/base")
        let query = SignalQuery(sdk: "go", version: "1.0 beta", autoSubscribe: false)
        #expect(
            endpoint.target(for: query)
                == "/base/rtc?version=1.0%20beta&protocol=17&sdk=go&os=linux&auto_subscribe=0&adaptive_stream=0"
        )
        #expect(endpoint.validationTarget(for: query).hasPrefix("/base/rtc/validate?version="))
    }

    @Test func `a resume names the participant and the reason`() {
        let resume = SignalQuery.Resume(participant: "PA_abc&d", reason: .rrSubscriberFailed)
        let query = SignalQuery(sdk: "go", version: "1", autoSubscribe: true, resume: resume)
        #expect(
            query.encoded.hasSuffix("&auto_subscribe=1&adaptive_stream=0&reconnect=1&sid=PA_abc%26d&reconnect_reason=3")
        )
    }

    @Test func `a candidate survives its JSON text`() {
        let candidate = TrickledCandidate(candidate: "candidate:1 1 udp 1 10.0.0.1 7 typ host", sdpMid: "0")
        #expect(TrickledCandidate(json: candidate.json) == candidate)
        #expect(candidate.json.contains("\"sdpMid\":\"0\""))
        #expect(candidate.json.contains("\"sdpMLineIndex\":0"))
    }

    @Test(arguments: [
        "", "{", "[]", "{\"sdpMid\":\"0\"}", String(repeating: " ", count: 5000) + "{\"candidate\":\"\"}",
    ])
    func `text that is no candidate is refused`(json: String) {
        #expect(TrickledCandidate(json: json) == nil)
    }

    @Test func `browsers' candidates are read`() throws {
        let json = #"{"candidate":"","sdpMid":null,"sdpMLineIndex":0,"usernameFragment":"abcd"}"#
        let candidate = try #require(TrickledCandidate(json: json))
        #expect(candidate.candidate.isEmpty)
        #expect(candidate.usernameFragment == "abcd")
    }

    @Test(arguments: [
        (1, 1.0, Duration.zero), (2, 1.0, .milliseconds(300)), (3, 1.0, .milliseconds(600)),
        (3, 0.5, .milliseconds(300)),
        (7, 1.0, .seconds(7)), (1000, 1.0, .seconds(7)), (2, 0.0, .milliseconds(75)),
    ])
    func `attempts are spaced out`(number: Int, random: Double, delay: Duration) {
        #expect(ReconnectBackoff.delay(before: number, random: random) == delay)
    }
}
