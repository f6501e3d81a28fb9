import MediaWire
import NIOCore
import NIOPosix
import PeerTransport
import Testing

@testable import PeerTransportNIO

@Suite struct PeerHubTests {
    @Test func manyPeersShareOnePort() async throws {
        try await withHubs(clients: 8) { server, clients in
            let pairs = try await server.loop.submit {
                // The server is told of no candidates: it learns them from checks.
                NIOLoopBound(connect(server, clients, toldOfCandidates: false), eventLoop: server.loop)
            }.get()
            #expect(
                try await eventually(server.loop) { pairs.value.allSatisfy { $0.0.isConnected && $0.1.isConnected } }
            )
            try await server.loop.submit {
                for (index, pair) in pairs.value.enumerated() {
                    pair.0.transport.sendRTP(rtpPacket(UInt16(index)), at: server.now)
                    pair.0.attachment?.drain()
                    pair.1.transport.sendRTP(rtpPacket(UInt16(100 + index)), at: server.now)
                    pair.1.attachment?.drain()
                }
            }.get()
            #expect(
                try await eventually(server.loop) {
                    pairs.value.enumerated().allSatisfy { index, pair in
                        pair.1.packets == [rtpPacket(UInt16(index))]
                            && pair.0.packets == [rtpPacket(UInt16(100 + index))]
                    }
                }
            )
        }
    }

    @Test func onePacketInIsForwardedToManyInOneTurn() async throws {
        try await withHubs(clients: 5) { server, clients in
            let pairs = try await server.loop.submit {
                let pairs = connect(server, clients)
                // What the first sends is forwarded to all others.
                pairs[0].0.onEvent = { event in
                    guard case .rtp(let bytes, _) = event else { return }
                    for pair in pairs.dropFirst() {
                        pair.0.transport.sendRTP(bytes, at: server.now)
                        pair.0.attachment?.drain()
                    }
                }
                return NIOLoopBound(pairs, eventLoop: server.loop)
            }.get()
            #expect(
                try await eventually(server.loop) { pairs.value.allSatisfy { $0.0.isConnected && $0.1.isConnected } }
            )
            try await server.loop.submit {
                for sequence in 0..<200 {
                    pairs.value[0].1.transport.sendRTP(rtpPacket(UInt16(sequence), size: 1100), at: server.now)
                }
                pairs.value[0].1.attachment?.drain()
            }.get()
            #expect(
                try await eventually(server.loop) { pairs.value.dropFirst().allSatisfy { $0.1.packets.count == 200 } }
            )
            try await server.loop.submit { pairs.value[0].0.onEvent = nil }.get()
        }
    }

    @Test func randomBytesAreDroppedAndCounted() async throws {
        try await withHubs { server, _ in
            let stranger = try await DatagramBootstrap(group: server.loop).bind(host: "127.0.0.1", port: 0).get()
            let target = try SocketAddress(ipAddress: "127.0.0.1", port: server.udpPort)
            for length in 0..<200 {
                let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max) }
                try await stranger.writeAndFlush(
                    AddressedEnvelope(remoteAddress: target, data: ByteBuffer(bytes: bytes))
                )
            }
            let deadline = NIODeadline.now() + .seconds(10)
            while try await server.statistics().unrecognised < 150, NIODeadline.now() < deadline {
                try await server.loop.scheduleTask(in: .milliseconds(5)) {}.futureResult.get()
            }
            let statistics = try await server.statistics()
            #expect(statistics.unrecognised >= 150)
            #expect(statistics.sent == 0)
            try await stranger.close()
        }
    }

    @Test func timersOfPeersAreKept() async throws {
        try await withHubs { server, clients in
            let peer = try await server.loop.submit {
                let peer = HubPeer(server, role: .controlling)
                // Nobody is there: checks are sent again and again, by timers alone.
                peer.transport.setRemote(credentials: .random(), at: server.now)
                peer.transport.addRemoteCandidate(clients[0].localCandidates[0], at: server.now)
                peer.attachment?.drain()
                return NIOLoopBound(peer, eventLoop: server.loop)
            }.get()
            #expect(try await eventually(server.loop) { peer.value.transport.statistics.packetsSent >= 3 })
            #expect(try await clients[0].statistics().unrecognised >= 2)
        }
    }

    @Test(arguments: ["255.255.255.255", "224.0.0.1", "240.0.0.1", "127.255.255.255", "0.1.2.3", "203.0.113.1"])
    func aCandidateThatCannotBeReachedTakesNothingFromOthers(text: String) async throws {
        let unreachable = TransportAddress(ip: try #require(IPAddress(text)), port: 9)
        try await withHubs { server, clients in
            let pair = try await server.loop.submit {
                let hostile = HubPeer(server, role: .controlling)
                hostile.transport.setRemote(credentials: .random(), at: server.now)
                hostile.transport.addRemoteCandidate(
                    ICECandidate(foundation: "1", priority: 1, address: unreachable),
                    at: server.now
                )
                hostile.attachment?.drain()
                return NIOLoopBound((hostile, connect(server, clients)[0]), eventLoop: server.loop)
            }.get()
            #expect(try await eventually(server.loop) { pair.value.0.transport.statistics.packetsSent >= 2 })
            #expect(try await eventually(server.loop) { pair.value.1.0.isConnected && pair.value.1.1.isConnected })
        }
    }

    @Test func aDetachedPeerIsHeardNoMore() async throws {
        try await withHubs { server, clients in
            let pair = try await server.loop.submit {
                NIOLoopBound(connect(server, clients)[0], eventLoop: server.loop)
            }.get()
            #expect(try await eventually(server.loop) { pair.value.0.isConnected && pair.value.1.isConnected })
            let before = try await server.statistics().unrecognised
            try await server.loop.submit {
                pair.value.0.transport.close(at: server.now)
                pair.value.0.attachment?.detach()
                pair.value.1.transport.sendRTP(rtpPacket(1), at: server.now)
                pair.value.1.attachment?.drain()
            }.get()
            let deadline = NIODeadline.now() + .seconds(10)
            while try await server.statistics().unrecognised == before, NIODeadline.now() < deadline {
                try await server.loop.scheduleTask(in: .milliseconds(2)) {}.futureResult.get()
            }
            #expect(try await server.statistics().unrecognised > before)
            #expect(try await server.loop.submit { pair.value.0.packets.isEmpty }.get())
        }
    }

    @Test func portsInUseAndAddressesThatAreNoneAreRefusedClearly() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        await #expect(throws: PeerHubError.notAnAddress("localhost")) {
            try await PeerHub.start(configuration: .init(bindAddress: "localhost"), on: loop)
        }
        await #expect(throws: PeerHubError.notAnAddress("x")) {
            try await PeerHub.start(configuration: .init(advertisedAddresses: ["x"]), on: loop)
        }
        await #expect(throws: PeerHubError.notAPort(70_000)) {
            try await PeerHub.start(configuration: .init(udpPort: 70_000), on: loop)
        }
        try await withHubs { server, _ in
            await #expect(throws: PeerHubError.self) {
                try await PeerHub.start(
                    configuration: .init(bindAddress: "127.0.0.1", udpPort: server.udpPort),
                    on: loop
                )
            }
        }
    }
}

@Suite struct LocalCandidateTests {
    private func addresses(_ texts: [String]) -> [IPAddress] { texts.compactMap { IPAddress($0) } }

    @Test func loopbackIsToldOnlyWhereThereIsNoOther() {
        let all = addresses(["127.0.0.1", "::1", "192.0.2.7", "169.254.3.4", "2001:db8::7", "192.0.2.7"])
        #expect(LocalCandidates.reachable(among: all, dualStack: false) == addresses(["192.0.2.7"]))
        #expect(LocalCandidates.reachable(among: all, dualStack: true) == addresses(["192.0.2.7", "2001:db8::7"]))
        let only = addresses(["127.0.0.1", "169.254.3.4"])
        #expect(LocalCandidates.reachable(among: only, dualStack: false) == addresses(["127.0.0.1"]))
    }

    @Test func earlierAddressesAndUDPArePreferred() {
        let candidates = LocalCandidates.make(
            addresses: addresses(["192.0.2.1", "192.0.2.2"]),
            udpPort: 1,
            tcpPort: 2
        )
        let order = candidates.sorted { $0.priority > $1.priority }.map { "\($0.transport) \($0.address)" }
        #expect(order == ["udp 192.0.2.1:1", "udp 192.0.2.2:1", "tcp 192.0.2.1:2", "tcp 192.0.2.2:2"])
        #expect(Set(candidates.map(\.foundation)).count == 4)
    }

    @Test func addressesSurviveTheWayToASocketAndBack() throws {
        for text in ["192.0.2.1", "2001:db8::1", "::1", "255.255.255.255"] {
            let address = TransportAddress(ip: try #require(IPAddress(text)), port: 54_321)
            #expect(TransportAddress(SocketAddress(address, forV6Socket: !address.ip.isV4)) == address)
            #expect(TransportAddress(SocketAddress(address, forV6Socket: true)) == address)
            for forV6Socket in [!address.ip.isV4, true] {
                let name = SocketName(address, forV6Socket: forV6Socket).bytes
                #expect(name.withUnsafeBytes { TransportAddress(socketName: $0) } == address)
                #expect(name.prefix(7).withUnsafeBytes { TransportAddress(socketName: $0) } == nil)
            }
        }
    }
}

@Suite struct DeadlineHeapTests {
    @Test func deadlinesComeUpInOrder() {
        var heap = DeadlineHeap()
        let values = (0..<500).map { _ in Int64.random(in: 0..<1000) }
        for (owner, value) in values.enumerated() { heap.insert(Instant(nanoseconds: value), owner: owner) }
        var out: [Int64] = []
        while let entry = heap.earliest {
            #expect(values[entry.owner] == entry.deadline.nanoseconds)
            out.append(entry.deadline.nanoseconds)
            heap.removeEarliest()
        }
        #expect(out == values.sorted())
    }
}
