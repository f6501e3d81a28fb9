import Foundation
import LiveKitProtocol
import Logging
import Media
import MediaWire
import PeerTransportNIO
import RoomClient

/// Joins a room and publishes a synthetic camera, microphone and, for a part of the time, a screen.
struct SyntheticParticipant: Sendable {
    let role: DemoScript.Role
    /// Which of the participants this is, of how many: they take turns in speaking.
    let place: (number: Int, of: Int)
    /// A file whose pictures the camera shows instead of the test picture.
    let media: String?
    let client: RoomClient

    init(
        role: DemoScript.Role,
        place: (Int, of: Int),
        media: String?,
        url: String,
        token: String,
        hub: PeerHub,
        logger: Logger
    ) {
        self.role = role
        self.place = place
        self.media = media
        let configuration = RoomClientConfiguration(url: url, token: token, publishes: true)
        client = RoomClient(configuration: configuration, hub: hub, logger: logger)
    }

    /// Joins, and publishes until the task is cancelled.
    ///
    /// - Parameters:
    ///   - joined: called once the camera and microphone are published.
    ///   - seconds: the length of the recording, of which `role.screenShare` is a part.
    ///   - recording: returns when the recording has begun.
    func run(
        joined: @escaping @Sendable () -> Void,
        seconds: Double,
        recording: @escaping @Sendable () async -> Void
    ) async throws {
        try await client.connect()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in client.events {} }
            let start = WallClock(unixNanoseconds: Int64(Date().timeIntervalSince1970 * 1e9))
            let microphone = try await client.publish(.audio(name: "microphone"))
            group.addTask { try await play(on: microphone, start: start) }
            if let hue = role.hue {
                let camera = try await publishVideo("camera", source: .camera)
                group.addTask { try await show(.camera(hue: hue), media: media, on: camera, start: start) }
            }
            joined()
            if let share = role.screenShare {
                group.addTask {
                    await recording()
                    try await Task.sleep(for: .seconds(share.lowerBound * seconds))
                    try await shareScreen(for: .seconds((share.upperBound - share.lowerBound) * seconds))
                }
            }
            do {
                try await Task.sleep(for: .seconds(86_400))
            } catch {
                // Cancelled: the room is left below.
            }
            group.cancelAll()
            await client.disconnect()
            do { while try await group.next() != nil {} } catch is CancellationError {}
        }
    }

    private func publishVideo(_ name: String, source: Livekit_TrackSource) async throws -> LocalTrack {
        try await client.publish(
            .video(name: name, source: source, codec: .h264, layers: SyntheticVideoTrack.layers)
        )
    }

    private func shareScreen(for duration: Duration) async throws {
        let track = try await publishVideo("screen", source: .screenShare)
        let start = WallClock(unixNanoseconds: Int64(Date().timeIntervalSince1970 * 1e9))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await show(.screen, media: nil, on: track, start: start) }
            try await Task.sleep(for: duration)
            group.cancelAll()
            try await group.waitForAll()
        }
        client.unpublish(track)
    }

    private func show(_ motif: TestPicture.Motif, media: String?, on track: LocalTrack, start: WallClock) async throws {
        let size = SyntheticVideoTrack.layers[SyntheticVideoTrack.layers.count - 1]
        let pacer = Pacer()
        // The encoders live on the pacer's thread; the box is touched by that thread alone.
        let encoders = ThreadBox<SyntheticVideoTrack>()
        try await withTaskCancellationHandler {
            try await pacer.run(
                named: "video \(role.identity)",
                every: .milliseconds(1000 / SyntheticVideoTrack.framesPerSecond)
            ) { _ in
                try encoders.use(making: {
                    let source: PictureSource =
                        if let media {
                            .file(try MediaFilePicture(path: media, width: size.width, height: size.height))
                        } else {
                            .pattern(TestPicture(motif: motif, width: size.width, height: size.height))
                        }
                    return try SyntheticVideoTrack(track: track, source: source)
                }) { try $0.step(start: start) }
            }
        } onCancel: {
            pacer.stop()
        }
    }

    private func play(on track: LocalTrack, start: WallClock) async throws {
        let source = ToneSource(hertz: role.hertz, turn: (seconds: 3, own: place.number, of: place.of))
        let pacer = Pacer()
        let encoder = ThreadBox<SyntheticAudioTrack>()
        try await withTaskCancellationHandler {
            try await pacer.run(named: "audio \(role.identity)", every: .milliseconds(20)) { _ in
                try encoder.use(making: {
                    try SyntheticAudioTrack(track: track, source: source)
                }) { try $0.step(start: start) }
            }
        } onCancel: {
            pacer.stop()
        }
    }
}
