import LiveKitProtocol
import Logging
import MediaWire
import NIOCore
import NIOPosix
import PeerTransportNIO
import RoomServer
import Synchronization
import Testing

@testable import RoomClient

/// Writes sound and three layers of pictures into a client's tracks every 20 ms until it is stopped.
private final class Studio: Sendable {
    static let layers = [
        LocalTrackDescription.Layer(rid: "q", width: 320, height: 180, bitrate: 100_000),
        LocalTrackDescription.Layer(rid: "h", width: 640, height: 360, bitrate: 300_000),
        LocalTrackDescription.Layer(rid: "f", width: 1280, height: 720, bitrate: 900_000),
    ]

    let sound: LocalTrack
    let picture: LocalTrack
    private let wanted = Mutex<Set<String>>(Set(layers.map(\.rid)))
    private let requests = Mutex(0)

    init(client: RoomClient) async throws {
        sound = try await client.publish(.audio(name: "voice"))
        picture = try await client.publish(.video(name: "camera", codec: .vp8, layers: Self.layers))
        picture.onKeyFrameRequest { [weak self] rid in self?.keyFrameRequested(rid) }
    }

    private func keyFrameRequested(_ rid: String?) {
        requests.withLock { $0 += 1 }
        if let rid { _ = wanted.withLock { $0.insert(rid) } }
    }

    var keyFrameRequests: Int { requests.withLock { $0 } }

    /// Runs until its task is cancelled.
    func run() async {
        var tick = 0
        while !Task.isCancelled {
            tick += 1
            let level = AudioLevel(level: 20, voice: true)
            sound.write(EncodedFrame(data: [0xFC, 1, 2, 3], timestamp: UInt32(tick * 960), audioLevel: level))
            for layer in Self.layers {
                let isKeyFrame = wanted.withLock { $0.remove(layer.rid) != nil }
                picture.write(
                    EncodedFrame(
                        data: Self.vp8(layer, isKeyFrame),
                        timestamp: UInt32(tick * 1800),
                        isKeyFrame: isKeyFrame
                    ),
                    layer: layer.rid
                )
            }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// A VP8 frame header with the layer's size, and filling of about two packets.
    private static func vp8(_ layer: LocalTrackDescription.Layer, _ isKeyFrame: Bool) -> [UInt8] {
        let filling = [UInt8](repeating: 7, count: 1500)
        guard isKeyFrame else { return [0x11, 0, 0] + filling }
        let size = [layer.width, layer.height].flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        return [0x10, 0, 0, 0x9D, 0x01, 0x2A] + size + filling
    }
}

/// Our own room server over loopback, with clients of our own.
private struct Loopback {
    let server: RoomServer
    let running: Task<Void, any Error>
    let hub: PeerHub
    let url: String

    init() async throws {
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
    }

    func client(_ identity: String, publishes: Bool, change: (inout VideoGrant) -> Void = { _ in }) -> RoomClient {
        var grant = VideoGrant.join("studio")
        grant.canPublish = publishes
        change(&grant)
        var claims = ClaimGrants()
        claims.identity = identity
        claims.video = grant
        let token = AccessToken(grants: claims).signed(key: "devkey", secret: "secret")
        return RoomClient(
            configuration: RoomClientConfiguration(url: url, token: token, publishes: publishes),
            hub: hub,
            logger: Logger(label: identity)
        )
    }

    func close(_ clients: RoomClient...) async throws {
        for client in clients { await client.disconnect() }
        running.cancel()
        _ = await running.result
        await hub.shutdown()
    }
}

/// The first tracks of a kind each that are published in a room.
private func tracks(of client: RoomClient) async -> [MediaKind: (ParticipantSID, TrackInfo)] {
    var found: [MediaKind: (ParticipantSID, TrackInfo)] = [:]
    for await event in client.events {
        switch event {
        case .joined(let snapshot):
            for participant in snapshot.participants {
                for track in participant.tracks { found[track.kind] = (participant.sid, track) }
            }
        case .trackPublished(let participant, let track): found[track.kind] = (participant, track)
        case .disconnected: return found
        default: break
        }
        if found.count == 2 { return found }
    }
    return found
}

@Suite(.serialized, .timeLimit(.minutes(1))) struct RoomServerLoopbackTests {
    @Test func `a hidden recorder receives every layer it asks for, and sound`() async throws {
        let loopback = try await Loopback()
        let publisher = loopback.client("alice", publishes: true)
        try await publisher.connect()
        let studio = try await Studio(client: publisher)
        let running = Task { await studio.run() }
        let recorder = loopback.client("recorder", publishes: false) {
            $0.hidden = true
            $0.recorder = true
        }
        try await recorder.connect()
        let found = await tracks(of: recorder)
        let sound = try #require(found[.audio])
        let picture = try #require(found[.video])
        #expect(picture.1.codec == .vp8)
        #expect(picture.1.layers.count == 3)
        let audio = Collector()
        let video = Collector()
        recorder.subscribe(sound.1.sid, of: sound.0, receiver: audio)
        recorder.subscribe(picture.1.sid, of: picture.0, receiver: video)
        #expect(try await eventually { audio.samples.count >= 20 && video.samples.count >= 20 })
        #expect(video.samples.first?.isKeyFrame == true)
        #expect(try await eventually { video.samples.contains { $0.width == 1280 } })
        #expect(audio.samples.allSatisfy { $0.isIntact && $0.data == [0xFC, 1, 2, 3] })

        recorder.setVideoSettings(picture.1.sid, size: (320, 180), enabled: true)
        #expect(try await eventually { video.samples.last { $0.isKeyFrame }?.width == 320 })
        recorder.setVideoSettings(picture.1.sid, size: (640, 360), enabled: true)
        #expect(try await eventually { video.samples.last { $0.isKeyFrame }?.width == 640 })
        let pictures = video.samples
        #expect(zip(pictures, pictures.dropFirst()).allSatisfy { $1.timestamp > $0.timestamp })
        #expect(pictures.allSatisfy { $0.isIntact })
        #expect(studio.keyFrameRequests > 0)
        #expect(try await eventually { video.samples.last?.capturedAt != nil && audio.samples.last?.capturedAt != nil })

        publisher.unpublish(studio.picture)
        #expect(try await eventually { video.hasEnded })
        #expect(!audio.hasEnded)
        running.cancel()
        await running.value
        try await loopback.close(publisher, recorder)
        #expect(audio.hasEnded)
    }

    @Test func `two clients exchange data and see each other come and go`() async throws {
        let loopback = try await Loopback()
        let alice = loopback.client("alice", publishes: true)
        let bob = loopback.client("bob", publishes: true)
        let log = EventLog(alice)
        try await alice.connect()
        try await bob.connect()
        for number in 0..<20 as Range<UInt8> { try await bob.sendData([number], topic: "count") }
        #expect(try await eventually { log.log.filter { $0.hasPrefix("data") }.count == 20 })
        #expect(log.log.filter { $0.hasPrefix("data") } == (0..<20).map { "data [\($0)]" })
        try await loopback.close(bob, alice)
        #expect(try await eventually { log.log.last == "disconnected clientInitiated" })
    }

    @Test func `a token the server does not know is refused with its words`() async throws {
        let loopback = try await Loopback()
        let client = RoomClient(
            configuration: RoomClientConfiguration(
                url: loopback.url,
                token: AccessToken(grants: ClaimGrants()).signed(key: "otherkey", secret: "othersecret")
            ),
            hub: loopback.hub,
            logger: Logger(label: "stranger")
        )
        do {
            try await client.connect()
            Issue.record("the join should have failed")
        } catch {
            #expect(error.code == .unauthorized)
            #expect(error.message.contains("invalid API key"))
        }
        try await loopback.close(client)
    }
}
