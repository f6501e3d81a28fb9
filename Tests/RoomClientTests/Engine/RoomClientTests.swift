import FoundationEssentials
import LiveKitProtocol
import Logging
import MediaWire
import NIOCore
import NIOPosix
import PeerTransportNIO
import Synchronization
import Testing

@testable import RoomClient

/// Keeps what it is given.
final class Collector: TrackReceiver {
    private let state = Mutex<(samples: [EncodedSample], hasEnded: Bool)>(([], false))
    func receive(_ sample: EncodedSample) { state.withLock { $0.samples.append(sample) } }
    func trackEnded() { state.withLock { $0.hasEnded = true } }
    var samples: [EncodedSample] { state.withLock { $0.samples } }
    var hasEnded: Bool { state.withLock { $0.hasEnded } }
}

/// Events in words, as they come.
final class EventLog: Sendable {
    private let words = Mutex<[String]>([])
    private let reader = Mutex<Task<Void, Never>?>(nil)

    init(_ client: RoomClient) {
        let events = client.events
        reader.withLock {
            // Ends with the stream, which ends with the client.
            $0 = Task { [weak self] in
                for await event in events { self?.note(event) }
            }
        }
    }

    var log: [String] { words.withLock { $0 } }

    private func note(_ event: RoomEvent) {
        let word =
            switch event {
            case .joined(let snapshot): "joined \(snapshot.participants.map(\.identity))"
            case .connectionState(let state): "\(state)"
            case .data(let message): "data \(message.payload ?? [])"
            case .disconnected(let reason, _): "disconnected \(reason)"
            case .subscriptionFailed(let track, _): "failed \(track)"
            case .localTrackMuted(let track, let isMuted): "\(track) muted \(isMuted)"
            default: ""
            }
        if !word.isEmpty { words.withLock { $0.append(word) } }
    }
}

/// A room with a client in it, both ends over loopback.
private struct Fixture {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let serverHub: PeerHub
    let clientHub: PeerHub
    let server: FakeRoomServer
    let client: RoomClient
    let events: EventLog

    init(token: String = "token") async throws {
        let configuration = PeerHubConfiguration(bindAddress: "127.0.0.1", udpPort: 0)
        serverHub = try await PeerHub.start(configuration: configuration, on: loop)
        clientHub = try await PeerHub.start(configuration: configuration, on: loop)
        server = FakeRoomServer(hub: serverHub)
        try await server.start()
        let port = try await server.look { $0.port }
        client = RoomClient(
            configuration: RoomClientConfiguration(url: "ws://127.0.0.1:\(port)", token: token),
            hub: clientHub,
            logger: Logger(label: "test")
        )
        events = EventLog(client)
    }

    func close() async throws {
        await client.disconnect()
        try await server.stop()
        await serverHub.shutdown()
        await clientHub.shutdown()
    }
}

/// Waits for what media and signalling bring about; ten seconds is far more than a loaded machine needs.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}

@Suite(.serialized) struct RoomClientTests {
    @Test func `a client joins, subscribes and receives sound and pictures in order`() async throws {
        let fixture = try await Fixture()
        try await fixture.client.connect()
        let audio = Collector()
        let video = Collector()
        fixture.client.subscribe(FakeRoomServer.audioTrack, of: FakeRoomServer.other, receiver: audio)
        fixture.client.subscribe(FakeRoomServer.videoTrack, of: FakeRoomServer.other, receiver: video)
        #expect(try await eventually { audio.samples.count >= 30 && video.samples.count >= 30 })
        #expect(fixture.events.log.first == #"joined ["other"]"#)
        let sound = audio.samples
        #expect(zip(sound, sound.dropFirst()).allSatisfy { $1.timestamp - $0.timestamp == 960 })
        #expect(sound.allSatisfy { $0.isIntact && $0.codec == .opus })
        let pictures = video.samples
        #expect(pictures.first?.isKeyFrame == true)
        #expect(pictures.first?.width == 320)
        #expect(zip(pictures, pictures.dropFirst()).allSatisfy { $1.timestamp - $0.timestamp == 1800 })
        let statistics = try #require(await fixture.client.statistics(of: FakeRoomServer.videoTrack))
        #expect(statistics.lost == 0)
        #expect(statistics.frames >= 30)
        try await fixture.close()
        #expect(audio.hasEnded && video.hasEnded)
        #expect(try await eventually { fixture.events.log.last == "disconnected clientInitiated" })
    }

    @Test func `unsubscribing ends the track and asks for no more`() async throws {
        let fixture = try await Fixture()
        try await fixture.client.connect()
        let audio = Collector()
        fixture.client.subscribe(FakeRoomServer.audioTrack, of: FakeRoomServer.other, receiver: audio)
        #expect(try await eventually { audio.samples.count >= 3 })
        fixture.client.unsubscribe(FakeRoomServer.audioTrack)
        #expect(try await eventually { audio.hasEnded })
        #expect(
            try await eventually {
                try await fixture.server.look {
                    $0.subscriptionRequests.contains { !$0.subscribe }
                }
            }
        )
        try await fixture.close()
    }

    @Test func `a refused token fails the join with the status`() async throws {
        let fixture = try await Fixture(token: "wrong")
        do {
            try await fixture.client.connect()
            Issue.record("the join should have failed")
        } catch {
            #expect(error.code == .unauthorized)
            #expect(error.message.contains("401 invalid authorization token"))
        }
        try await fixture.close()
    }

    @Test func `an unusable URL fails the join at once`() async throws {
        let fixture = try await Fixture()
        let client = RoomClient(
            configuration: RoomClientConfiguration(url: "mailto:someone", token: "token"),
            hub: fixture.clientHub,
            logger: Logger(label: "test")
        )
        do {
            try await client.connect()
            Issue.record("the join should have failed")
        } catch {
            #expect(error.code == .invalidURL)
        }
        try await fixture.close()
    }

    @Test func `published sound reaches the server once it is accepted`() async throws {
        let fixture = try await Fixture()
        try await fixture.client.connect()
        let track = try await fixture.client.publish(.audio(name: "tone"))
        #expect(track.sid == "TR_of_tone")
        var timestamp: UInt32 = 0
        #expect(
            try await eventually {
                timestamp &+= 960
                track.write(EncodedFrame(data: [0xFC, 1], timestamp: timestamp))
                return try await fixture.server.look { $0.receivedPackets.values.reduce(0, +) } >= 10
            }
        )
        fixture.client.setMuted(track, true)
        #expect(
            try await eventually {
                try await fixture.server.look { $0.muteRequests.contains { $0.muted } }
            }
        )
        fixture.client.unpublish(track)
        #expect(try await eventually { track.hasEnded })
        try await fixture.close()
    }

    @Test func `pictures that come in another size are told to the server, once`() async throws {
        let fixture = try await Fixture()
        try await fixture.client.connect()
        let layer = LocalTrackDescription.Layer(rid: "f", width: 640, height: 360, bitrate: 600_000)
        let track = try await fixture.client.publish(.video(name: "film", codec: .vp8, layers: [layer]))
        for (width, height) in [(640, 360), (360, 640), (360, 640), (640, 360)] {
            track.setSize(width: width, height: height)
        }
        #expect(try await eventually { try await fixture.server.look { $0.sizeUpdates.count } >= 2 })
        let updates = try await fixture.server.look { $0.sizeUpdates }
        #expect(updates.map { [$0.width, $0.height] } == [[360, 640], [640, 360]])
        #expect(updates.allSatisfy { $0.trackSid == track.sid.rawValue })
        try await fixture.close()
    }

    @Test func `data goes both ways and repeated messages are dropped`() async throws {
        let fixture = try await Fixture()
        try await fixture.client.connect()
        try await fixture.client.sendData([1, 2, 3], topic: "greeting")
        #expect(try await eventually { try await fixture.server.look { $0.receivedData.count } == 1 })
        let packet = try #require(try await fixture.server.look { $0.receivedData.first })
        #expect(Array(packet.user.payload) == [1, 2, 3])
        #expect(packet.user.topic == "greeting")
        #expect(packet.sequence == 1)
        try await fixture.server.look { server in
            for number in [1, 1, 2] as [UInt32] {
                var packet = Livekit_DataPacket()
                packet.participantSid = FakeRoomServer.other.rawValue
                packet.sequence = number
                packet.user.payload = .init([UInt8(number)])
                server.sendData(packet)
            }
        }
        #expect(try await eventually { fixture.events.log.contains("data [2]") })
        #expect(fixture.events.log.filter { $0 == "data [1]" }.count == 1)
        try await fixture.close()
    }

    @Test func `a lost signal connection is resumed while media goes on`() async throws {
        let fixture = try await Fixture()
        try await fixture.client.connect()
        let audio = Collector()
        fixture.client.subscribe(FakeRoomServer.audioTrack, of: FakeRoomServer.other, receiver: audio)
        #expect(try await eventually { audio.samples.count >= 3 })
        try await fixture.server.look { $0.cutSocket() }
        #expect(try await eventually { fixture.events.log.contains("reconnected") })
        let before = audio.samples.count
        #expect(try await eventually { audio.samples.count >= before + 20 })
        let targets = try await fixture.server.look { $0.targets }
        #expect(targets.count == 2)
        #expect(targets.last?.contains("reconnect=1&sid=PA_self&reconnect_reason=1") == true)
        let sync = try await fixture.server.look { $0.syncStates.first }
        #expect(sync?.subscription.trackSids == [FakeRoomServer.audioTrack.rawValue])
        #expect(sync?.offer.sdp.isEmpty == false)
        #expect(sync?.answer.sdp.isEmpty == false)
        let sound = audio.samples
        #expect(zip(sound, sound.dropFirst()).allSatisfy { $1.timestamp - $0.timestamp == 960 })
        try await fixture.close()
    }

    @Test func `a server that forgot the session is joined again and everything is restored`() async throws {
        let fixture = try await Fixture()
        try await fixture.client.connect()
        let video = Collector()
        fixture.client.subscribe(FakeRoomServer.videoTrack, of: FakeRoomServer.other, receiver: video)
        let track = try await fixture.client.publish(.audio(name: "tone"))
        #expect(try await eventually { video.samples.count >= 3 })
        try await fixture.server.look {
            $0.forgetsSessions = true
            $0.cutSocket()
        }
        #expect(try await eventually { fixture.events.log.contains("reconnected") })
        let before = video.samples.count
        #expect(try await eventually { video.samples.count >= before + 10 })
        #expect(!video.hasEnded)
        let pictures = video.samples
        #expect(zip(pictures, pictures.dropFirst()).allSatisfy { $1.timestamp > $0.timestamp })
        let announced = try await fixture.server.look { $0.announcedTracks.map(\.cid) }
        #expect(announced == [track.cid, track.cid])
        try await fixture.close()
    }

    @Test func `a server's leave ends the session with its reason`() async throws {
        let fixture = try await Fixture()
        try await fixture.client.connect()
        let audio = Collector()
        fixture.client.subscribe(FakeRoomServer.audioTrack, of: FakeRoomServer.other, receiver: audio)
        #expect(try await eventually { audio.samples.count >= 3 })
        try await fixture.server.look { $0.send { $0.leave.reason = .roomDeleted } }
        #expect(try await eventually { fixture.events.log.last == "disconnected roomDeleted" })
        #expect(audio.hasEnded)
        await #expect(throws: RoomClientError.self) { try await fixture.client.sendData([1]) }
        try await fixture.close()
    }
}
