import MediaWire
import Testing

@testable import PeerTransport

@Suite struct ICEAgentTests {
    private func selected(_ pair: TransportPair, _ side: TransportPair.Side) -> [TransportAddress] {
        pair.events(of: side).compactMap { if case .selectedPair(_, let remote) = $0 { remote } else { nil } }
    }

    private func states(_ pair: TransportPair, _ side: TransportPair.Side) -> [ICEConnectionState] {
        pair.events(of: side).compactMap { if case .iceStateChanged(let state) = $0 { state } else { nil } }
    }

    private func areConnected(_ pair: TransportPair) -> Bool {
        pair.transports.allSatisfy { $0.iceState == .connected }
    }

    @Test func bothSidesSelectTheSamePair() throws {
        let pair = try TransportPair()
        pair.exchangeICE()
        #expect(pair.run(for: .seconds(1), until: areConnected))
        #expect(selected(pair, .a) == [pair.addresses[1]])
        #expect(selected(pair, .b) == [pair.addresses[0]])
        #expect(states(pair, .a) == [.checking, .connected])
    }

    @Test func aPeerWithoutCandidatesIsFoundByItsChecks() throws {
        let pair = try TransportPair()
        pair.a.setRemote(credentials: pair.b.localCredentials, at: pair.now)
        pair.b.setRemote(credentials: pair.a.localCredentials, at: pair.now)
        pair.b.addRemoteCandidate(TransportPair.host(pair.addresses[0]), at: pair.now)
        #expect(pair.run(for: .seconds(1), until: areConnected))
        #expect(selected(pair, .a) == [pair.addresses[1]])
    }

    @Test func checksThatComeBeforeTheDescriptionAreAnsweredAndRemembered() throws {
        let pair = try TransportPair()
        pair.b.setRemote(credentials: pair.a.localCredentials, at: pair.now)
        pair.b.addRemoteCandidate(TransportPair.host(pair.addresses[0]), at: pair.now)
        pair.run(for: .milliseconds(500))
        #expect(pair.b.ice.current.pairs.first?.state == .succeeded)
        pair.a.setRemote(credentials: pair.b.localCredentials, at: pair.now)
        #expect(pair.run(for: .milliseconds(200), until: areConnected))
    }

    @Test(arguments: [ICERole.controlling, .controlled]) func aRoleConflictIsResolved(role: ICERole) throws {
        let pair = try TransportPair(roles: (role, role))
        pair.exchangeICE()
        #expect(pair.run(for: .seconds(5), until: areConnected))
        #expect(Set([pair.a.iceRole, pair.b.iceRole]) == [.controlling, .controlled])
    }

    @Test func theBestOfSeveralPairsIsNominated() throws {
        let pair = try TransportPair()
        let better = TransportAddress(ip: IPAddress(v4: (10, 0, 0, 3)), port: 5003)
        pair.exchangeICE()
        // Both lead to `b`; the second is better still.
        let candidate = ICECandidate(foundation: "9", priority: .max, address: better)
        pair.a.addRemoteCandidate(candidate, at: pair.now)
        pair.filter = { side, datagram in
            // The better address does not answer at first.
            !(side == .a && datagram.remote == better)
        }
        let start = pair.now
        #expect(pair.run(for: .seconds(5), until: areConnected))
        #expect(selected(pair, .a) == [pair.addresses[1]])
        #expect(pair.now - start >= ICETiming.nominationDelay, "the better one was waited for")
        #expect(pair.now - start < .milliseconds(500), "but not for long")
    }

    @Test func aggressiveNominationIsFollowed() throws {
        let agent = SecureTransport(
            certificate: sharedCertificates[0],
            iceRole: .controlled,
            localCredentials: .random(),
            now: Instant(nanoseconds: 0)
        )
        let now = Instant(nanoseconds: 0)
        let local = TransportAddress(ip: IPAddress(v4: (10, 0, 0, 1)), port: 1)
        agent.addLocalCandidate(TransportPair.host(local))
        let remote = ICECredentials.random()
        agent.setRemote(credentials: remote, at: now)
        func check(from address: TransportAddress, priority: UInt32, nominated: Bool) -> Datagram {
            var generator = SystemRandomNumberGenerator()
            let request = STUNMessage(
                class: .request,
                transactionID: .random(using: &generator),
                attributes: [
                    .username("\(agent.localUfrag):\(remote.ufrag)"), .priority(priority), .iceControlling(1),
                ] + (nominated ? [.useCandidate] : [])
            )
            let bytes = request.serialized(
                integrityKey: Array(agent.localCredentials.password.utf8),
                hmac: ICE.hmacSHA1
            )
            return Datagram(local: local, remote: address, bytes: bytes)
        }
        /// Answers the checks the agent has sent, and gives the pairs it selects.
        func answer(at now: Instant) -> [TransportAddress] {
            var chosen: [TransportAddress] = []
            agent.handleTimeout(at: now)
            while let output = agent.poll() {
                switch output {
                case .event(.selectedPair(_, let remote)): chosen.append(remote)
                case .event: break
                case .transmit(let datagram):
                    guard let message = try? STUNMessage(parsing: datagram.bytes), message.messageClass == .request
                    else { continue }
                    let response = STUNMessage(
                        class: .successResponse,
                        transactionID: message.transactionID,
                        attributes: [.xorMappedAddress(local)]
                    )
                    let bytes = response.serialized(integrityKey: Array(remote.password.utf8), hmac: ICE.hmacSHA1)
                    agent.handle(Datagram(local: local, remote: datagram.remote, bytes: bytes), at: now)
                }
            }
            return chosen
        }
        let first = TransportAddress(ip: IPAddress(v4: (10, 0, 0, 2)), port: 2)
        let second = TransportAddress(ip: IPAddress(v4: (10, 0, 0, 3)), port: 3)
        agent.handle(check(from: first, priority: 200, nominated: true), at: now)
        #expect(answer(at: now) == [first])
        // A worse one is not followed while the first is alive, a better one is.
        agent.handle(check(from: second, priority: 100, nominated: true), at: now)
        #expect(answer(at: now + .milliseconds(20)).isEmpty)
        let third = TransportAddress(ip: IPAddress(v4: (10, 0, 0, 4)), port: 4)
        agent.handle(check(from: third, priority: 300, nominated: true), at: now + .milliseconds(40))
        #expect(answer(at: now + .milliseconds(60)) == [third])
        // Silence makes any other good.
        agent.handle(check(from: second, priority: 100, nominated: true), at: now + .seconds(4))
        #expect(answer(at: now + .seconds(4)) == [second])
    }

    @Test func silenceDisconnectsThenFails() throws {
        let pair = try TransportPair()
        pair.exchangeICE()
        #expect(pair.run(for: .seconds(1), until: areConnected))
        pair.link.isCut = true
        let cut = pair.now
        #expect(pair.run(for: .seconds(60)) { $0.a.iceState == .disconnected })
        #expect(((.seconds(8))...(.seconds(10.5))).contains(pair.now - cut))
        #expect(pair.run(for: .seconds(60)) { $0.a.iceState == .failed })
        #expect(((.seconds(13))...(.seconds(15.5))).contains(pair.now - cut))
        #expect(pair.a.nextTimeout == nil, "nothing more is awaited")
    }

    @Test func aPathThatComesBackIsConnectedAgain() throws {
        let pair = try TransportPair()
        pair.exchangeICE()
        #expect(pair.run(for: .seconds(1), until: areConnected))
        pair.link.isCut = true
        #expect(pair.run(for: .seconds(60)) { $0.a.iceState == .disconnected })
        pair.link.isCut = false
        #expect(pair.run(for: .seconds(2), until: areConnected))
        #expect(states(pair, .a) == [.checking, .connected, .disconnected, .connected])
    }

    @Test func anHourOfSilenceAboveIsNoReasonToDisconnect() throws {
        let pair = try TransportPair(seed: 4)
        pair.link.loss = 0.1
        pair.exchangeICE()
        pair.run(for: .seconds(3600))
        #expect(states(pair, .a) == [.checking, .connected])
        #expect(states(pair, .b) == [.checking, .connected])
        // Keepalives go both ways about every two seconds, with an answer each.
        #expect((3000..<12_000).contains(pair.a.statistics.packetsSent))
    }

    @Test func whereNobodyAnswersICEFails() throws {
        let pair = try TransportPair()
        pair.link.isCut = true
        pair.exchangeICE()
        let start = pair.now
        #expect(pair.run(for: .seconds(60)) { $0.a.iceState == .failed })
        #expect(pair.now - start == ICETiming.checkingFailsAfter)
        pair.run(for: .seconds(1))
        #expect(pair.a.nextTimeout == nil)
    }

    @Test(arguments: [true, false]) func aRestartKeepsTheOldPairUntilTheNewOneWorks(ofAFirst: Bool) throws {
        let pair = try TransportPair()
        #expect(pair.connect())
        let (offerer, answerer) = ofAFirst ? (pair.a, pair.b) : (pair.b, pair.a)
        offerer.restartICE(localCredentials: .random(), at: pair.now)
        pair.run(for: .seconds(3))
        // The answer is late: media flows on.
        pair.a.sendRTP(rtpPacket(1), at: pair.now)
        pair.b.sendRTP(rtpPacket(2), at: pair.now)
        pair.run(for: .milliseconds(50))
        #expect(pair.events(of: .b).contains { if case .rtp(rtpPacket(1), _) = $0 { true } else { false } })
        #expect(pair.events(of: .a).contains { if case .rtp(rtpPacket(2), _) = $0 { true } else { false } })
        answerer.setRemote(credentials: offerer.localCredentials, at: pair.now)
        answerer.restartICE(localCredentials: .random(), at: pair.now)
        pair.exchangeICE()
        #expect(pair.run(for: .seconds(2)) { $0.transports.allSatisfy { $0.ice.current.selected != nil } })
        #expect(selected(pair, .a).count == 2)
        #expect(!states(pair, .a).contains(.disconnected))
        pair.a.sendRTP(rtpPacket(3), at: pair.now)
        pair.run(for: .seconds(60))
        #expect(pair.events(of: .b).contains { if case .rtp(rtpPacket(3), _) = $0 { true } else { false } })
        #expect(areConnected(pair))
    }

    @Test func aRestartRevivesAFailedPeer() throws {
        let pair = try TransportPair()
        #expect(pair.connect())
        pair.link.isCut = true
        #expect(pair.run(for: .seconds(60)) { $0.transports.allSatisfy { $0.iceState == .failed } })
        pair.link.isCut = false
        for transport in pair.transports { transport.restartICE(localCredentials: .random(), at: pair.now) }
        pair.exchangeICE()
        #expect(pair.run(for: .seconds(5), until: areConnected))
        pair.a.sendRTP(rtpPacket(1), at: pair.now)
        pair.run(for: .milliseconds(50))
        #expect(pair.events(of: .b).contains { if case .rtp(rtpPacket(1), _) = $0 { true } else { false } })
    }

    @Test func whatAPeerCanMakeUsKeepIsBounded() throws {
        let pair = try TransportPair()
        pair.a.setRemote(credentials: pair.b.localCredentials, at: pair.now)
        for index in 0..<1000 {
            let address = TransportAddress(ip: .v4(0x0A01_0000 + UInt32(index)), port: 9)
            pair.a.addRemoteCandidate(TransportPair.host(address), at: pair.now)
        }
        #expect(pair.a.ice.current.remoteCandidates.count == ICELimit.remoteCandidates)
        #expect(pair.a.ice.current.pairs.count <= ICELimit.pairs)
        pair.run(for: .seconds(5))
        #expect(pair.a.ice.transactions.count <= ICELimit.transactions)
    }

    @Test func candidatesWithoutUseAreIgnored() throws {
        let pair = try TransportPair()
        let address = pair.addresses[1]
        let useless = [
            ICECandidate(foundation: "1", transport: .tcp, priority: 1, address: address, tcpType: .active),
            ICECandidate(foundation: "1", component: 2, priority: 1, address: address),
            ICECandidate(foundation: "1", priority: 1, address: .init(ip: address.ip, port: 0)),
            ICECandidate(foundation: "1", priority: 1, address: .init(ip: .v4(0), port: 9)),
            ICECandidate(foundation: "1", priority: 1, address: .init(ip: .v6(1, 1), port: 9)),
        ]
        for candidate in useless { pair.a.addRemoteCandidate(candidate, at: pair.now) }
        #expect(pair.a.ice.current.pairs.isEmpty)
    }

    @Test func checksWithAWrongPasswordAreNotAnswered() throws {
        let pair = try TransportPair()
        var wrong = pair.a.localCredentials
        wrong.password += "x"
        pair.b.setRemote(credentials: wrong, at: pair.now)
        pair.a.setRemote(credentials: pair.b.localCredentials, at: pair.now)
        pair.b.addRemoteCandidate(TransportPair.host(pair.addresses[0]), at: pair.now)
        pair.run(for: .seconds(3))
        #expect(pair.a.statistics.packetsReceived > 0)
        #expect(pair.a.statistics.packetsSent == 0)
        #expect(pair.a.ice.current.pairs.isEmpty)
    }

    @Test func aBindingRequestNamesItsReceiver() throws {
        let pair = try TransportPair()
        var names: [String?] = []
        pair.filter = { _, datagram in
            names.append(ICE.localUfrag(ofBindingRequest: datagram.bytes))
            return true
        }
        pair.exchangeICE()
        pair.run(for: .milliseconds(30))
        #expect(names.contains(pair.b.localUfrag))
        #expect(ICE.localUfrag(ofBindingRequest: rtpPacket(1)) == nil)
        #expect(ICE.localUfrag(ofBindingRequest: []) == nil)
    }
}

@Suite struct FingerprintTests {
    @Test func whatIsWrittenIsRead() throws {
        let fingerprint = sharedCertificates[0].fingerprint
        #expect(Fingerprint(algorithm: "SHA-256", value: fingerprint.value) == fingerprint)
        #expect(Fingerprint(algorithm: "sha-256", value: fingerprint.value.lowercased()) == fingerprint)
    }

    @Test(arguments: ["", "AA", "AA:BB", ":", "+1", String(repeating: "AA:", count: 32)])
    func otherTextsAreRefused(value: String) {
        #expect(Fingerprint(algorithm: "sha-256", value: value) == nil)
    }

    @Test func weakAlgorithmsAreRefused() {
        let value = Array(repeating: "AA", count: 20).joined(separator: ":")
        #expect(Fingerprint(algorithm: "sha-1", value: value) == nil)
    }
}
