import MediaWire
import NIOCore
import PeerTransport
import Testing

@testable import PeerTransportNIO

@Suite struct PeerConnectionInHubTests {
    private final class Ends {
        let server: PeerConnection
        let client: PeerConnection
        var attachments: [PeerAttachment] = []
        var messages: [[UInt8]] = []
        var states: [[PeerConnectionState]] = [[], []]
        var channel: DataChannelID?

        init(_ serverHub: PeerHub, _ clientHub: PeerHub) {
            let make = { (hub: PeerHub, role: ICERole) in
                PeerConnection(
                    configuration: PeerConfiguration(
                        certificate: hub.certificate,
                        iceRole: role,
                        localCandidates: hub.localCandidates
                    ),
                    now: hub.now
                )
            }
            server = make(serverHub, .controlled)
            client = make(clientHub, .controlling)
            attachments = [
                serverHub.attach(server) { [unowned self] event in
                    switch event {
                    case .connectionState(let state): states[0].append(state)
                    case .dataChannelMessage(_, let bytes, _): messages.append(bytes)
                    default: break
                    }
                },
                clientHub.attach(client) { [unowned self] event in
                    switch event {
                    case .connectionState(let state): states[1].append(state)
                    case .dataChannelOpened(let id, _): channel = id
                    default: break
                    }
                },
            ]
        }

        func negotiate(at now: Instant) throws {
            _ = client.openDataChannel(
                label: "_reliable",
                ordered: true,
                maxRetransmits: nil,
                negotiatedStream: nil,
                at: now
            )
            try server.setRemoteOffer(client.createOffer(at: now), at: now)
            try client.setRemoteAnswer(server.createAnswer(at: now), at: now)
            for attachment in attachments { attachment.drain() }
        }
    }

    @Test func twoConnectionsNegotiateAndExchangeData() async throws {
        try await withHubs { server, clients in
            let ends = try await server.loop.submit {
                let ends = Ends(server, clients[0])
                try ends.negotiate(at: server.now)
                return NIOLoopBound(ends, eventLoop: server.loop)
            }.get()
            #expect(try await eventually(server.loop) { ends.value.channel != nil })
            try await server.loop.submit {
                let ends = ends.value
                for index in 0..<100 {
                    try ends.client.send([UInt8(index)], binary: true, on: ends.channel!, at: server.now)
                }
                ends.attachments[1].drain()
            }.get()
            #expect(try await eventually(server.loop) { ends.value.messages.count == 100 })
            #expect(try await server.loop.submit { ends.value.messages == (0..<100).map { [UInt8($0)] } }.get())
            #expect(try await server.loop.submit { ends.value.states.allSatisfy { $0.last == .connected } }.get())
        }
    }
}
