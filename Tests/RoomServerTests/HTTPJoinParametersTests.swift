import LiveKitProtocol
import NIOCore
import NIOHTTP1
import Testing

@testable import RoomServer

@Suite struct JoinParametersTests {
    private func parameters(
        _ target: String,
        headers: HTTPHeaders = [:],
        requiresJoinRequest: Bool = false
    ) throws(JoinFailure) -> JoinParameters {
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target, headers: headers)
        var claims = ClaimGrants()
        claims.identity = "alice"
        let request = HTTPRequest(head: head, peerAddress: "192.0.2.1")
        return try JoinParameters(request, claims: claims, requiresJoinRequest: requiresJoinRequest)
    }

    @Test func `the query of the Python SDK is read`() throws {
        let found = try parameters(
            "/rtc?sdk=python&os=Debian&os_version=12&device_model=Unknown&protocol=18&client_protocol=2&auto_subscribe=1"
                + "&adaptive_stream=0&version=1.2.1&capabilities=CAP_PACKET_TRAILER,CAP_COMPRESSION_DEFLATE_RAW,CAP_NEW"
        )
        #expect(found.clientInfo.sdk == .python)
        #expect(found.clientInfo.os == "Debian")
        #expect(found.clientInfo.osVersion == "12")
        #expect(found.clientInfo.protocol == 18)
        #expect(found.clientInfo.clientProtocol == 2)
        #expect(found.clientInfo.version == "1.2.1")
        #expect(found.clientInfo.capabilities == [.capPacketTrailer, .capCompressionDeflateRaw])
        #expect(found.clientInfo.address == "192.0.2.1")
        #expect(found.autoSubscribe)
        #expect(!found.adaptiveStream)
        #expect(!found.usesSinglePeerConnection)
        #expect(!found.isReconnect)
        #expect(found.subscriberAllowPause == nil)
    }

    @Test func `a query that says nothing has the defaults`() throws {
        let found = try parameters("/rtc")
        #expect(found.autoSubscribe)
        #expect(!found.adaptiveStream && !found.isReconnect && found.attributes.isEmpty)
        #expect(found.clientInfo.sdk == .unknown)
    }

    @Test func `a reconnect, a companion and attributes are read from the query`() throws {
        let found = try parameters(
            "/rtc?reconnect=true&sid=PA_x&reconnect_reason=2&publish=screen&subscriber_allow_pause=1"
                + "&auto_subscribe=false&sdk=REACTNATIVE&attributes=eyJhIjoiMSIsImIiOiLDpCJ9"
        )
        #expect(found.isReconnect)
        #expect(found.participantSID == "PA_x")
        #expect(found.reconnectReason == .rrPublisherFailed)
        #expect(found.publishCompanion == "screen")
        #expect(found.subscriberAllowPause == true)
        #expect(!found.autoSubscribe)
        #expect(found.clientInfo.sdk == .reactNative)
        #expect(found.attributes == ["a": "1", "b": "ä"])
    }

    @Test(arguments: ["!!", "eyJhIjoxfQ", "W10"])
    func `attributes that are no map of texts are refused`(attributes: String) {
        let failure = JoinFailure(httpStatus: 400, message: "cannot decode attributes")
        #expect(throws: failure) { try parameters("/rtc?attributes=\(attributes)") }
    }

    @Test(
        arguments: [
            (["CF-Connecting-IP": "203.0.113.1", "X-Forwarded-For": "203.0.113.2"], "203.0.113.1"),
            (["X-Forwarded-For": "203.0.113.2, 10.0.0.1", "X-Real-IP": "203.0.113.3"], "203.0.113.2"),
            (["X-Real-IP": "203.0.113.3"], "203.0.113.3"), ([:], "192.0.2.1"),
        ] as [([String: String], String)]
    )
    func `the client's address is what the proxy says, else the socket's`(
        headers: [String: String],
        address: String
    ) throws {
        let found = try parameters("/rtc", headers: HTTPHeaders(headers.map { ($0.key, $0.value) }))
        #expect(found.clientInfo.address == address)
    }

    @Test(arguments: ["/rtc/v1", "/rtc"])
    func `a compressed join request from the Python package is read, on either path`(path: String) throws {
        let found = try parameters("\(path)?join_request=\(JoinRequestFixture.compressed)")
        #expect(found.usesSinglePeerConnection)
        #expect(found.clientInfo.sdk == .js)
        #expect(found.clientInfo.protocol == 16)
        #expect(found.autoSubscribe && found.adaptiveStream)
        #expect(found.subscriberAllowPause == false)
        #expect(found.metadata == "meta")
        #expect(found.attributes == ["a": "1"])
        #expect(found.addTrackRequests.map(\.cid) == ["c1"])
        #expect(found.publisherOffer?.id == 3)
        #expect(found.syncState == nil)
    }

    @Test(arguments: [JoinRequestFixture.reconnect, String(JoinRequestFixture.reconnect.prefix { $0 != "=" })])
    func `a reconnect is read from a join request, padded or not`(text: String) throws {
        let found = try parameters("/rtc/v1?join_request=\(text)", requiresJoinRequest: true)
        #expect(found.isReconnect)
        #expect(found.reconnectReason == .rrSignalDisconnected)
        #expect(found.participantSID == "PA_x")
        #expect(found.syncState?.answer.sdp == "s")
        #expect(!found.autoSubscribe)
        #expect(found.metadata == nil && found.publisherOffer == nil)
    }

    @Test(arguments: [
        ("", "join_request is required"),
        ("join_request=", "join_request is required"),
        ("join_request=%21%21", "cannot base64 decode wrapped join request"),
        ("join_request=AAAA", "cannot unmarshal wrapped join request"),
        ("join_request=\(JoinRequestFixture.malformed)", "cannot unmarshal join request"),
        ("join_request=\(JoinRequestFixture.notCompressed)", "cannot read decompressed join request"),
        ("join_request=\(JoinRequestFixture.bomb)", "join request too large"),
        ("join_request=" + String(repeating: "A", count: 1_500_000), "join request too large"),
        ("join_request=CAk", "join request has the unknown compression 9"),
    ])
    func `a join request that cannot be read is refused with LiveKit's text`(query: String, text: String) {
        #expect(throws: JoinFailure(httpStatus: 400, message: text)) {
            try parameters("/rtc/v1?\(query)", requiresJoinRequest: true)
        }
    }
}
