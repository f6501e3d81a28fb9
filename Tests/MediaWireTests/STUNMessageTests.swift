import MediaWire
import Testing

/// The messages of RFC 5769 §2.1 through §2.3.
private let transaction: [UInt8] = [0xB7, 0xE7, 0xA7, 0x01, 0xBC, 0x34, 0xD6, 0x86, 0xFA, 0x87, 0xDF, 0xAE]
private let cookie: [UInt8] = [0x21, 0x12, 0xA4, 0x42]
private let password = Array("VOkJxbRl1RmTxUk/WvJxBt".utf8)

private let sampleRequest: [UInt8] =
    [0x00, 0x01, 0x00, 0x58] + cookie + transaction
    + [0x80, 0x22, 0x00, 0x10] + Array("STUN test client".utf8)
    + [0x00, 0x24, 0x00, 0x04, 0x6E, 0x00, 0x01, 0xFF]
    + [0x80, 0x29, 0x00, 0x08, 0x93, 0x2F, 0xF9, 0xB1, 0x51, 0x26, 0x3B, 0x36]
    + [0x00, 0x06, 0x00, 0x09] + Array("evtj:h6vY   ".utf8)
    + [0x00, 0x08, 0x00, 0x14, 0x9A, 0xEA, 0xA7, 0x0C, 0xBF, 0xD8, 0xCB, 0x56, 0x78, 0x1E, 0xF2, 0xB5]
    + [0xB2, 0xD3, 0xF2, 0x49, 0xC1, 0xB5, 0x71, 0xA2, 0x80, 0x28, 0x00, 0x04, 0xE5, 0x7A, 0x3B, 0xCF]

private let sampleResponse: [UInt8] =
    [0x01, 0x01, 0x00, 0x3C] + cookie + transaction
    + [0x80, 0x22, 0x00, 0x0B] + Array("test vector ".utf8)
    + [0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xA1, 0x47, 0xE1, 0x12, 0xA6, 0x43]
    + [0x00, 0x08, 0x00, 0x14, 0x2B, 0x91, 0xF5, 0x99, 0xFD, 0x9E, 0x90, 0xC3, 0x8C, 0x74, 0x89, 0xF9]
    + [0x2A, 0xF9, 0xBA, 0x53, 0xF0, 0x6B, 0xE7, 0xD7, 0x80, 0x28, 0x00, 0x04, 0xC0, 0x7D, 0x4C, 0x96]

private let sampleResponseV6: [UInt8] =
    [0x01, 0x01, 0x00, 0x48] + cookie + transaction
    + [0x80, 0x22, 0x00, 0x0B] + Array("test vector ".utf8)
    + [0x00, 0x20, 0x00, 0x14, 0x00, 0x02, 0xA1, 0x47, 0x01, 0x13, 0xA9, 0xFA, 0xA5, 0xD3, 0xF1, 0x79]
    + [0xBC, 0x25, 0xF4, 0xB5, 0xBE, 0xD2, 0xB9, 0xD9]
    + [0x00, 0x08, 0x00, 0x14, 0xA3, 0x82, 0x95, 0x4E, 0x4B, 0xE6, 0x7B, 0xF1, 0x17, 0x84, 0xC9, 0x7C]
    + [0x82, 0x92, 0xC2, 0x75, 0xBF, 0xE3, 0xED, 0x41, 0x80, 0x28, 0x00, 0x04, 0xC8, 0xFB, 0x0B, 0x4C]

private let manyAttributes = (0..<33).flatMap { _ in [0, 0x25, 0, 0] as [UInt8] }

@Suite struct STUNMessageTests {
    @Test func `the sample request of RFC 5769 is read`() throws {
        let message = try STUNMessage(parsing: sampleRequest)
        #expect(message.messageClass == .request && message.method == STUNMessage.binding)
        #expect(message.transactionID.bytes == transaction)
        #expect(
            message.attributes == [
                .software("STUN test client"), .priority(0x6E00_01FF), .iceControlled(0x932F_F9B1_5126_3B36),
                .username("evtj:h6vY"),
            ]
        )
        #expect(message.username == "evtj:h6vY" && message.priority == 0x6E00_01FF)
        #expect(message.iceControlled == 0x932F_F9B1_5126_3B36 && message.iceControlling == nil)
        #expect(!message.useCandidate)
    }

    @Test(arguments: [
        (sampleResponse, "192.0.2.1:32853"), (sampleResponseV6, "[2001:db8:1234:5678:11:2233:4455:6677]:32853"),
    ])
    func `the sample responses of RFC 5769 are read`(bytes: [UInt8], address: String) throws {
        let message = try STUNMessage(parsing: bytes)
        #expect(message.messageClass == .successResponse)
        #expect(message.mappedAddress?.description == address)
    }

    @Test(arguments: [sampleRequest, sampleResponse, sampleResponseV6])
    func `integrity holds with the right key only`(bytes: [UInt8]) {
        #expect(STUNMessage.verifyIntegrity(of: bytes, key: password, hmac: hmacSHA1))
        #expect(!STUNMessage.verifyIntegrity(of: bytes, key: password + [1], hmac: hmacSHA1))
        var changed = bytes
        changed[25] ^= 1
        #expect(!STUNMessage.verifyIntegrity(of: changed, key: password, hmac: hmacSHA1))
        #expect(!STUNMessage.verifyIntegrity(of: Array(bytes.prefix(20)), key: password, hmac: hmacSHA1))
        #expect(!STUNMessage.verifyIntegrity(of: Array(bytes.dropLast(10)), key: password, hmac: hmacSHA1))
    }

    @Test(arguments: [sampleRequest, sampleResponse, sampleResponseV6])
    func `any changed byte breaks the fingerprint`(bytes: [UInt8]) {
        for index in 20..<bytes.count {
            var changed = bytes
            changed[index] ^= 0x40
            // A changed type or length of FINGERPRINT itself hides it, which readers must allow.
            guard !(bytes.count - 8..<bytes.count - 4).contains(index) else { continue }
            #expect(throws: WireError.self, "byte \(index)") { try STUNMessage(parsing: changed) }
        }
    }

    @Test(arguments: STUNMessage.Class.allCases)
    func `a message written is read back`(messageClass: STUNMessage.Class) throws {
        let v6 = try #require(IPAddress("2001:db8::7"))
        let message = STUNMessage(
            class: messageClass,
            method: 0x00BC,
            transactionID: STUNTransactionID(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C),
            attributes: [
                .username("abc:defg"), .priority(5), .useCandidate, .iceControlling(7), .iceControlled(8),
                .xorMappedAddress(TransportAddress(ip: .v4(0xC000_0201), port: 9)),
                .xorMappedAddress(TransportAddress(ip: v6, port: 10)),
                .mappedAddress(TransportAddress(ip: v6, port: 11)), .errorCode(487, "Role Conflict"),
                .unknownAttributes([1, 0x8001]), .software("é"), .unknown(type: 0xC057, value: [1, 2, 3]),
                .unknown(type: 0x0055, value: []),
            ]
        )
        let bytes = message.serialized(integrityKey: password, hmac: hmacSHA1)
        #expect(STUNMessage.isSTUN(bytes))
        #expect(try STUNMessage(parsing: bytes) == message)
        #expect(STUNMessage.verifyIntegrity(of: bytes, key: password, hmac: hmacSHA1))
        #expect(message.unknownRequiredAttributes == [0x0055])
        #expect(message.errorCode?.code == 487 && message.useCandidate && message.iceControlling == 7)
        let bare = message.serialized(fingerprint: false)
        #expect(try STUNMessage(parsing: bare) == message)
        #expect(!STUNMessage.verifyIntegrity(of: bare, key: password, hmac: hmacSHA1))
    }

    @Test func `attributes behind the integrity do not count`() throws {
        var bytes = STUNMessage(
            class: .request,
            transactionID: STUNTransactionID(high: 1, low: 2),
            attributes: [.priority(5)]
        ).serialized(integrityKey: password, hmac: hmacSHA1, fingerprint: false)
        bytes += [0x00, 0x25, 0x00, 0x00]
        bytes[3] += 4
        let message = try STUNMessage(parsing: bytes)
        #expect(message.attributes == [.priority(5)])
        #expect(STUNMessage.verifyIntegrity(of: bytes, key: password, hmac: hmacSHA1))
    }

    @Test(
        arguments: [
            ("nothing", []), ("cut header", Array(sampleRequest.prefix(19))),
            ("cut body", Array(sampleRequest.dropLast(4))),
            ("another cookie", [0, 1, 0, 0, 1, 2, 3, 4] + transaction), ("RTP", [0x80] + sampleRequest.dropFirst()),
            ("odd length", [0, 1, 0, 1] + cookie + transaction + [0]),
            ("attribute past the end", [0, 1, 0, 4] + cookie + transaction + [0, 6, 0, 4]),
            ("short priority", [0, 1, 0, 8] + cookie + transaction + [0, 0x24, 0, 2, 1, 2, 0, 0]),
            ("address family", [0, 1, 0, 12] + cookie + transaction + [0, 0x20, 0, 8, 0, 3, 0, 0, 0, 0, 0, 0]),
            ("error code", [0, 1, 0, 8] + cookie + transaction + [0, 9, 0, 4, 0, 0, 2, 0]),
            ("many attributes", [0, 1, 0, 132] + cookie + transaction + manyAttributes),
        ] as [(String, [UInt8])]
    )
    func `malformed messages are refused`(name: String, bytes: [UInt8]) {
        #expect(throws: WireError.self) { try STUNMessage(parsing: bytes) }
    }

    @Test func `the checksum of the usual test string`() {
        #expect(CRC32.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(CRC32.checksum([]) == 0)
    }
}
