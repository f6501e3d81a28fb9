import Media
import MediaWire
import RoomClient
import Scene
import Synchronization
import TestKit

@testable import Egress

/// A publisher in virtual time, who sends a flashing picture and a beep: time passes only while somebody waits for it, and what
/// arrives meanwhile is placed by the session's timeline.
final class Live: Sendable {
    static let origin = Instant(nanoseconds: 77_000_000_000)
    /// How long sound and picture take to arrive, and what is slower at the publisher is slower for good.
    private static let soundWay = Duration.milliseconds(20)
    private static let pictureWay = Duration.milliseconds(90)

    let rhythm = BeepAndFlash()
    let inputs = RecorderInputs()
    let history = SceneHistory()
    private let sound: AudioTrack
    private let state: Mutex<State>

    private struct State {
        var now = Live.origin
        var timeline = SessionTimeline()
        var packets: [EncodedPacket]
        var picture = 0
        let pictures: Int
        let costOfLooking: Duration
    }

    /// Sends for `seconds`; nobody is in the room if that is 0.
    ///
    /// Whoever looks at the clock pays `costOfLooking`.
    init(seconds: Int, costOfLooking: Duration = .zero) throws {
        var encoder = try AudioEncoder(AudioEncoderConfiguration(format: .opus, bitrate: 96_000))
        var packets: [EncodedPacket] = []
        for block in 0..<(seconds * 50) {
            packets += try encoder.encode(rhythm.sound(from: Int64(block) * 960, count: 960))
        }
        state = Mutex(State(packets: packets, pictures: seconds * 30, costOfLooking: costOfLooking))
        sound = AudioTrack(place: { Instant(nanoseconds: $0.arrival.nanoseconds) }, soundReceived: { _ in })
        inputs.add(sound, of: "s")
        let source = SceneSource(
            id: "a",
            participantID: "a",
            identity: "a",
            name: "a",
            kind: .camera,
            hasPicture: true,
            joinedOrder: 0
        )
        history.append(
            SceneHistory.Entry(
                since: Self.origin,
                sources: seconds == 0 ? [] : [source],
                drawing: .scene(Scene.stock(named: "grid"))
            )
        )
    }

    var now: Instant {
        state.withLock { state in
            state.now += state.costOfLooking
            deliver(&state)
            return state.now
        }
    }

    func pass(_ duration: Duration) {
        state.withLock { state in
            state.now += duration
            deliver(&state)
        }
    }

    private func deliver(_ state: inout State) {
        while let packet = state.packets.first {
            let captured = Duration.nanoseconds(packet.pts * 1_000_000_000 / Int64(packet.timescale))
            guard Self.origin + captured + Self.soundWay <= state.now else { break }
            state.packets.removeFirst()
            let time = place("s", captured, Self.soundWay, &state)
            let sample = EncodedSample(
                codec: .opus,
                data: packet.data,
                isKeyFrame: true,
                timestamp: packet.pts * 48_000 / Int64(packet.timescale),
                clockRate: 48_000,
                // The track's `place` takes this as the place.
                arrival: time
            )
            sound.receive(sample)
        }
        let pattern = TestPattern(id: 1, width: 320, height: 180)
        while state.picture < state.pictures {
            let captured = Duration.nanoseconds(Int64(state.picture) * 1_000_000_000 / 30)
            guard Self.origin + captured + Self.pictureWay <= state.now else { break }
            let isFlashing = rhythm.isFlashing(at: captured.inSeconds)
            let frame = pattern.frame(state.picture, isFlashing: isFlashing)
            inputs.pictures(of: "a").add(frame, at: place("v", captured, Self.pictureWay, &state))
            state.picture += 1
        }
    }

    private func place(_ track: String, _ captured: Duration, _ way: Duration, _ state: inout State) -> Instant {
        state.timeline.place(
            SessionTimeline.Arrival(
                track: track,
                participant: "a",
                mediaNanoseconds: captured.nanoseconds + 1_000_000,
                capturedAt: WallClock(unixNanoseconds: 1_700_000_000_000_000_000 + captured.nanoseconds),
                arrival: Self.origin + captured + way
            )
        )
    }
}
