import LiveKitProtocol
import Logging
import MediaWire
import NIOCore
import NIOPosix
import PeerTransportNIO
import RoomClient
import RoomServer
import Synchronization
import Testing

@testable import Ingress

/// Keeps the samples of a subscribed track.
private final class Samples: TrackReceiver {
    private let state = Mutex<(samples: [EncodedSample], hasEnded: Bool)>(([], false))
    func receive(_ sample: EncodedSample) { state.withLock { $0.samples.append(sample) } }
    func trackEnded() { state.withLock { $0.hasEnded = true } }
    var all: [EncodedSample] { state.withLock { $0.samples } }
    var hasEnded: Bool { state.withLock { $0.hasEnded } }
}

/// What a viewer sees of the room.
private final class Viewer: Sendable {
    private struct State {
        var tracks: [MediaKind: (ParticipantSID, TrackInfo)] = [:]
        var identities: [String] = []
        var unpublished = 0
        var left = 0
    }

    let client: RoomClient
    private let state = Mutex(State())
    private let reading = Mutex<Task<Void, Never>?>(nil)

    init(_ client: RoomClient) {
        self.client = client
        let events = client.events
        // Ends with the stream, which ends with the client.
        reading.withLock { $0 = Task { [weak self] in for await event in events { self?.note(event) } } }
    }

    var tracks: [MediaKind: (ParticipantSID, TrackInfo)] { state.withLock { $0.tracks } }
    var unpublished: Int { state.withLock { $0.unpublished } }
    var left: Int { state.withLock { $0.left } }

    private func note(_ event: RoomEvent) {
        state.withLock { state in
            switch event {
            case .joined(let snapshot):
                for participant in snapshot.participants {
                    for track in participant.tracks { state.tracks[track.kind] = (participant.sid, track) }
                }
            case .trackPublished(let participant, let track): state.tracks[track.kind] = (participant, track)
            case .trackUnpublished: state.unpublished += 1
            case .participantLeft: state.left += 1
            default: break
            }
        }
    }
}

/// Our own room server and a WHIP listener over loopback, whose one key leads to one participant of a room.
private struct Stage {
    let server: RoomServer
    let running: Task<Void, any Error>
    let hub: PeerHub
    let url: String
    let participant: BypassParticipant
    let log: WHIPLog
    let listener: WHIPListener
    let client: WHIPClient

    init(grace: Duration = .seconds(10)) async throws {
        var configuration = RoomServerConfiguration()
        configuration.port = 0
        configuration.bindAddresses = ["127.0.0.1"]
        configuration.keys = ["devkey": "secret"]
        configuration.rtc.udpPort = 0
        configuration.rtc.tcpPort = nil
        configuration.rtc.nodeIP = "127.0.0.1"
        let server = RoomServer(configuration: configuration, logger: Logger(label: "server"))
        self.server = server
        // Cancelled by `close`.
        running = Task { try await server.run() }
        url = try await server.address.webSocketURL
        hub = try await PeerHub.start(
            configuration: PeerHubConfiguration(bindAddress: "127.0.0.1"),
            on: MultiThreadedEventLoopGroup.singleton.next()
        )
        log = WHIPLog()
        let participant = BypassParticipant(
            settings: .init(
                url: url,
                token: Self.token("encoder", publishes: true),
                audioTrack: .init(name: "sound", source: Livekit_TrackSource.microphone.rawValue),
                videoTrack: .init(name: "picture", source: Livekit_TrackSource.camera.rawValue),
                grace: grace
            ),
            hub: hub,
            observer: log,
            logger: Logger(label: "whip")
        )
        self.participant = participant
        listener = try await WHIPListener.start(
            WHIPConfiguration(host: "127.0.0.1", port: 0),
            gate: WHIPTestGate { .bypass(participant, resourceID: $0) },
            group: MultiThreadedEventLoopGroup.singleton,
            hub: hub,
            logger: Logger(label: "whip")
        )
        client = WHIPClient(port: listener.port)
    }

    static func token(_ identity: String, publishes: Bool) -> String {
        var grant = VideoGrant.join("stage")
        grant.canPublish = publishes
        var claims = ClaimGrants()
        claims.identity = identity
        claims.video = grant
        return AccessToken(grants: claims).signed(key: "devkey", secret: "secret")
    }

    func viewer() async throws -> Viewer {
        let client = RoomClient(
            configuration: RoomClientConfiguration(url: url, token: Self.token("viewer", publishes: false)),
            hub: hub,
            logger: Logger(label: "viewer")
        )
        let viewer = Viewer(client)
        try await client.connect()
        return viewer
    }

    /// A publisher whose offer was taken, sending.
    func publisher(
        _ layers: [WHIPTestPublisher.Layer],
        codec: Codec = .vp8
    ) async throws -> WHIPTestPublisher {
        let publisher = try await WHIPTestPublisher.make(hub: try await hub.companion(), layers: layers, codec: codec)
        let answer = try await client.offer(try await publisher.offer(), to: "/w", key: WHIPTestGate.key)
        #expect(answer.status == 201, "\(answer.text)")
        try await publisher.begin(answer: answer.text)
        return publisher
    }

    func close(_ viewer: Viewer) async {
        await viewer.client.disconnect()
        await listener.shutdown()
        await participant.left()
        running.cancel()
        _ = await running.result
        await hub.shutdown()
    }
}

@Suite(.serialized, .timeLimit(.minutes(2))) struct WHIPRoomTests {
    /// Names and order say nothing of the sizes.
    private static let layers = [
        WHIPTestPublisher.Layer(rid: "f", width: 640, height: 360),
        WHIPTestPublisher.Layer(rid: "q", width: 1280, height: 720),
        WHIPTestPublisher.Layer(rid: "x", width: 320, height: 180),
    ]

    @Test func `a viewer gets every layer by its real size, and sound as it is`() async throws {
        let stage = try await Stage()
        let publisher = try await stage.publisher(Self.layers)
        let viewer = try await stage.viewer()
        #expect(try await becomesTrue { viewer.tracks.count == 2 })
        let sound = try #require(viewer.tracks[.audio])
        let picture = try #require(viewer.tracks[.video])
        #expect(picture.1.name == "picture")
        #expect(picture.1.codec == .vp8)
        #expect(picture.1.layers.map(\.width) == [320, 640, 1280])
        #expect(sound.1.source == .microphone)
        let heard = Samples()
        let seen = Samples()
        viewer.client.subscribe(sound.1.sid, of: sound.0, receiver: heard)
        viewer.client.subscribe(picture.1.sid, of: picture.0, receiver: seen)
        #expect(try await becomesTrue { heard.all.count >= 20 && seen.all.contains { $0.width == 1280 } })
        #expect(heard.all.allSatisfy { $0.data.prefix(3) == [0xFC, 1, 2] })
        for (width, height) in [(320, 180), (640, 360), (1280, 720)] {
            viewer.client.setVideoSettings(picture.1.sid, size: (width, height), enabled: true)
            #expect(try await becomesTrue { seen.all.last { $0.isKeyFrame }?.width == width }, "\(width)")
        }
        let pictures = seen.all
        #expect(zip(pictures, pictures.dropFirst()).allSatisfy { $1.timestamp > $0.timestamp })
        #expect(publisher.keyFrameRequests > 0)
        #expect(try await becomesTrue { seen.all.last?.capturedAt != nil && heard.all.last?.capturedAt != nil })
        if let a = seen.all.last, let b = heard.all.last, let x = a.capturedAt, let y = b.capturedAt {
            // Both were captured as long before they arrived.
            let skew = (x - y) - (a.arrival - b.arrival)
            #expect(abs(skew.inSeconds) < 0.1, "\(skew)")
        }
        #expect(stage.log.words == ["attached WH_1", "publishing 1", "publishing 2"])
        #expect(stage.log.tracks.map(\.name) == ["sound", "picture"])
        try await publisher.vanish(saysGoodbye: true)
        await stage.close(viewer)
        #expect(stage.log.words.last == "ended: server shutting down")
    }

    @Test func `H.264 goes through byte for byte`() async throws {
        let stage = try await Stage()
        let publisher = try await stage.publisher([.init(rid: nil, width: 1280, height: 720)], codec: .h264)
        let viewer = try await stage.viewer()
        #expect(try await becomesTrue { viewer.tracks.count == 2 })
        let picture = try #require(viewer.tracks[.video])
        #expect(picture.1.codec == .h264)
        #expect(picture.1.width == 1280 && picture.1.height == 720)
        let seen = Samples()
        viewer.client.subscribe(picture.1.sid, of: picture.0, receiver: seen)
        #expect(try await becomesTrue { seen.all.count >= 20 })
        #expect(seen.all.first?.isKeyFrame == true)
        for sample in seen.all {
            #expect(sample.data == WHIPTestPublisher.h264(isKeyFrame: sample.isKeyFrame))
        }
        try await publisher.vanish(saysGoodbye: false)
        await stage.close(viewer)
    }

    @Test func `a publisher that comes back goes on in the same participant and tracks`() async throws {
        let stage = try await Stage()
        let first = try await stage.publisher([.init(rid: nil, width: 640, height: 360)])
        let viewer = try await stage.viewer()
        #expect(try await becomesTrue { viewer.tracks.count == 2 })
        let picture = try #require(viewer.tracks[.video])
        let seen = Samples()
        viewer.client.subscribe(picture.1.sid, of: picture.0, receiver: seen)
        #expect(try await becomesTrue { seen.all.count >= 20 })
        try await first.vanish(saysGoodbye: true)
        #expect(try await becomesTrue { stage.log.words.contains("lost") })
        let before = seen.all.count
        let second = try await stage.publisher([.init(rid: nil, width: 960, height: 540)])
        #expect(try await becomesTrue { seen.all.count > before + 20 })
        #expect(seen.all.last { $0.isKeyFrame }?.width == 960)
        #expect(!seen.hasEnded && viewer.unpublished == 0 && viewer.left == 0)
        #expect(viewer.tracks[.video]?.1.sid == picture.1.sid)
        let pictures = seen.all
        #expect(zip(pictures, pictures.dropFirst()).allSatisfy { $1.timestamp > $0.timestamp })
        // The newest wins although the one before is still there.
        let third = try await stage.publisher([.init(rid: nil, width: 320, height: 180)])
        #expect(try await becomesTrue { seen.all.last { $0.isKeyFrame }?.width == 320 })
        #expect(stage.listener.sessionCount == 1)
        #expect(viewer.unpublished == 0 && viewer.left == 0)
        try await second.vanish(saysGoodbye: false)
        try await third.vanish(saysGoodbye: false)
        await stage.close(viewer)
    }

    @Test func `a lost publisher's participant leaves when the grace is over`() async throws {
        let stage = try await Stage(grace: .milliseconds(300))
        let publisher = try await stage.publisher([.init(rid: nil, width: 640, height: 360)])
        let viewer = try await stage.viewer()
        #expect(try await becomesTrue { viewer.tracks.count == 2 })
        try await publisher.vanish(saysGoodbye: true)
        #expect(try await becomesTrue { viewer.left == 1 })
        #expect(stage.log.words.last == "ended: the publisher was lost: it ended the connection (DTLS)")
        let late = try await WHIPTestPublisher.make(hub: try await stage.hub.companion())
        let answer = try await stage.client.offer(try await late.offer(), to: "/w", key: WHIPTestGate.key)
        #expect(answer.status == 503, "its destination is over; a gate would have made another")
        await stage.close(viewer)
    }

    @Test func `ending a session ends the participant at once and closing it from the worker too`() async throws {
        for byPublisher in [true, false] {
            let stage = try await Stage()
            let publisher = try await stage.publisher([.init(rid: nil, width: 640, height: 360)])
            let viewer = try await stage.viewer()
            #expect(try await becomesTrue { viewer.tracks.count == 2 })
            if byPublisher {
                let shown = [("Authorization", "Bearer \(WHIPTestGate.key)")]
                #expect(try await stage.client.send("DELETE", "/w/WH_1", headers: shown).status == 200)
            } else {
                stage.log.session?.close("the ingress was deleted")
            }
            #expect(try await becomesTrue { viewer.left == 1 })
            let reason = byPublisher ? "the publisher ended the session" : "the ingress was deleted"
            #expect(stage.log.words.last == "ended: \(reason)")
            try await publisher.vanish(saysGoodbye: false)
            await stage.close(viewer)
        }
    }
}
