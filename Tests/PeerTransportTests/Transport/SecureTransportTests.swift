import MediaWire
import Testing

@testable import PeerTransport

@Suite struct SecureTransportTests {
    @Test func twoTransportsConnectOverACleanLink() throws {
        let pair = try TransportPair()
        #expect(pair.connect())
        for side in [TransportPair.Side.a, .b] {
            #expect(pair.events(of: side).contains(.iceStateChanged(.connected)))
            #expect(pair.events(of: side).contains(.dtlsConnected(.aeadAES128GCM)))
        }
        #expect(pair.events(of: .a).contains(.selectedPair(local: pair.addresses[0], remote: pair.addresses[1])))
    }

    @Test(arguments: [DTLSRole.client, .server]) func eitherSideMayStartDTLS(role: DTLSRole) throws {
        let pair = try TransportPair()
        pair.signal(dtlsOfA: role)
        #expect(pair.run(for: .seconds(5)) { $0.areConnected })
    }

    @Test(arguments: 1...20) func theyConnectThoughATenthOfPacketsIsLost(seed: UInt64) throws {
        let pair = try TransportPair(seed: seed)
        pair.link.loss = 0.1
        pair.link.jitter = .milliseconds(20)
        let start = pair.now
        #expect(pair.connect())
        #expect(pair.now - start < .seconds(8))
    }

    @Test(arguments: 1...10) func theyConnectThoughAThirdOfPacketsIsLost(seed: UInt64) throws {
        let pair = try TransportPair(seed: seed)
        pair.link.loss = 0.33
        #expect(pair.connect())
    }

    @Test(arguments: SRTPProfile.allCases) func mediaPassesInBothDirections(profile: SRTPProfile) throws {
        let pair = try TransportPair(profiles: [profile])
        #expect(pair.connect())
        let report: [UInt8] = [0x81, 201, 0, 7] + [UInt8](repeating: 7, count: 28)
        pair.a.sendRTP(rtpPacket(1), at: pair.now)
        pair.a.sendRTCP(report, at: pair.now)
        pair.b.sendRTP(rtpPacket(9, payload: []), at: pair.now)
        pair.run(for: .milliseconds(50))
        #expect(pair.events(of: .a).contains(.dtlsConnected(profile)))
        #expect(pair.events(of: .b).contains { if case .rtp(rtpPacket(1), _) = $0 { true } else { false } })
        #expect(pair.events(of: .b).contains(.rtcp(report)))
        #expect(
            pair.events(of: .a).contains { if case .rtp(rtpPacket(9, payload: []), _) = $0 { true } else { false } }
        )
    }

    @Test func aSourceThatEndedIsForgotten() throws {
        let pair = try TransportPair()
        #expect(!pair.a.forgetSource(7), "there are no keys yet")
        #expect(pair.connect())
        for source: UInt32 in 1...3 { pair.a.sendRTP(rtpPacket(1, ssrc: source), at: pair.now) }
        #expect(pair.a.forgetSource(2))
        #expect(!pair.a.forgetSource(2))
        #expect(!pair.a.forgetSource(4), "nothing was sent from it")
        pair.a.sendRTP(rtpPacket(2, ssrc: 3), at: pair.now)
        pair.run(for: .milliseconds(50))
        #expect(
            pair.events(of: .b).contains { if case .rtp(rtpPacket(2, ssrc: 3), _) = $0 { true } else { false } }
        )
    }

    @Test func theCommonProfileIsChosen() throws {
        let pair = try TransportPair(profiles: [.aes128CMHMACSHA1_80, .aeadAES128GCM])
        #expect(pair.connect())
        #expect(pair.a.srtpProfile == pair.b.srtpProfile)
        #expect(pair.a.srtpProfile == .aes128CMHMACSHA1_80)
    }

    @Test func mediaBeforeKeysIsDroppedAndCounted() throws {
        let pair = try TransportPair()
        pair.a.sendRTP(rtpPacket(1), at: pair.now)
        pair.a.sendRTCP([UInt8](repeating: 0, count: 8), at: pair.now)
        #expect(pair.a.statistics.mediaDroppedBeforeConnected == 2)
        #expect(pair.a.isQuiet)
    }

    @Test func mediaThatOvertakesTheEndOfTheHandshakeIsKept() throws {
        let pair = try TransportPair()
        pair.signal()
        // `a`, the DTLS server, is done first; its last flight is lost, and its media is not.
        pair.filter = { side, datagram in !(side == .a && datagram.bytes[0] == 20) }
        #expect(pair.run(for: .seconds(5)) { $0.a.srtpProfile != nil })
        for sequence in 0..<200 { pair.a.sendRTP(rtpPacket(UInt16(sequence)), at: pair.now) }
        pair.run(for: .milliseconds(20))
        #expect(pair.b.srtpProfile == nil)
        pair.filter = nil
        #expect(pair.run(for: .seconds(5)) { $0.areConnected })
        let received = pair.events(of: .b).compactMap { if case .rtp(let bytes, _) = $0 { bytes } else { nil } }
        #expect(received == (0..<SecureTransport.earlyMediaLimit).map { rtpPacket(UInt16($0)) })
        #expect(pair.b.statistics.mediaReceivedBeforeKeys == UInt64(200 - SecureTransport.earlyMediaLimit))
    }

    @Test func aReplayedPacketIsRejected() throws {
        let pair = try TransportPair()
        #expect(pair.connect())
        var copies: [Datagram] = []
        pair.filter = { side, datagram in
            if side == .a, datagram.bytes[0] == 0x80 { copies.append(datagram) }
            return true
        }
        pair.a.sendRTP(rtpPacket(1), at: pair.now)
        pair.run(for: .milliseconds(50))
        let copy = try #require(copies.first)
        let replay = Datagram(local: copy.remote, remote: copy.local, bytes: copy.bytes)
        pair.b.handle(replay, at: pair.now)
        var forged = replay
        forged.bytes[3] ^= 1
        pair.b.handle(forged, at: pair.now)
        #expect(pair.b.isQuiet)
        #expect(pair.b.statistics.replaysRejected == 1)
        #expect(pair.b.statistics.authenticationFailures == 1)
    }

    @Test func aSecondTransmissionOfAPacketMayBeSent() throws {
        let pair = try TransportPair()
        #expect(pair.connect())
        let before = pair.a.statistics.packetsSent
        pair.a.sendRTP(rtpPacket(1), at: pair.now)
        pair.a.sendRTP(rtpPacket(1), at: pair.now)
        #expect(pair.a.statistics.packetsSent == before + 2)
    }

    @Test func aCertificateOtherThanTheNamedOneFailsTheHandshake() throws {
        let pair = try TransportPair()
        pair.signal(fingerprintOfA: try Certificate.generate().fingerprint)
        pair.run(for: .seconds(5))
        let failure = pair.events(of: .b).compactMap { if case .dtlsFailed(let reason) = $0 { reason } else { nil } }
        #expect(failure == ["the peer's certificate is not the one its description names"])
        #expect(!pair.events(of: .a).contains(.dtlsConnected(.aeadAES128GCM)))
        #expect(pair.b.srtpProfile == nil)
    }

    @Test func aHandshakeNobodyAnswersFails() throws {
        let pair = try TransportPair()
        pair.filter = { _, datagram in datagram.bytes[0] < 20 }
        pair.signal()
        #expect(!pair.run(for: .seconds(60)) { $0.areConnected })
        let failures = pair.events(of: .b).filter { if case .dtlsFailed = $0 { true } else { false } }
        #expect(failures == [.dtlsFailed("the peer did not answer the handshake")])
    }

    @Test func clientHelloBeforeTheFingerprintIsKnownIsKept() throws {
        let pair = try TransportPair()
        pair.exchangeICE()
        pair.b.setRemote(fingerprint: pair.a.certificate.fingerprint, dtlsRole: .client, at: pair.now)
        pair.run(for: .milliseconds(90))
        pair.a.setRemote(fingerprint: pair.b.certificate.fingerprint, dtlsRole: .server, at: pair.now)
        let start = pair.now
        #expect(pair.run(for: .seconds(5)) { $0.areConnected })
        #expect(pair.now - start <= .milliseconds(60), "no retransmission was needed")
    }

    @Test func datagramsFromStrangersAreIgnoredAndCounted() throws {
        let pair = try TransportPair()
        #expect(pair.connect())
        let stranger = TransportAddress(ip: IPAddress(v4: (192, 0, 2, 1)), port: 9)
        var random = SplitMix(state: 5)
        for length in 0..<300 {
            let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            pair.a.handle(Datagram(local: pair.addresses[0], remote: stranger, bytes: bytes), at: pair.now)
        }
        #expect(pair.a.isQuiet)
        #expect(pair.a.statistics.unrecognised > 200)
    }

    @Test func randomBytesFromThePeerItselfDoNoHarm() throws {
        let pair = try TransportPair()
        pair.a.enableDataChannels(maxMessageSize: 65_535, at: pair.now)
        pair.b.enableDataChannels(maxMessageSize: 65_535, at: pair.now)
        #expect(pair.connect())
        var random = SplitMix(state: 6)
        for length in 0..<600 {
            var bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            if length > 0, length % 2 == 0 { bytes[0] = [20, 21, 22, 23, 128, 144][length / 2 % 6] }
            pair.a.handle(
                Datagram(local: pair.addresses[0], remote: pair.addresses[1], bytes: bytes),
                at: pair.now
            )
        }
        pair.run(for: .seconds(1))
        pair.b.sendRTP(rtpPacket(77), at: pair.now)
        pair.run(for: .milliseconds(50))
        #expect(pair.events(of: .a).contains { if case .rtp(rtpPacket(77), _) = $0 { true } else { false } })
    }

    @Test func aClosedTransportIsSilent() throws {
        let pair = try TransportPair()
        #expect(pair.connect())
        pair.a.close(at: pair.now)
        pair.drain()
        #expect(pair.events(of: .a).last == .iceStateChanged(.closed))
        pair.run(for: .seconds(60))
        #expect(pair.a.nextTimeout == nil)
        #expect(pair.events(of: .b).last == .iceStateChanged(.failed))
    }
}
