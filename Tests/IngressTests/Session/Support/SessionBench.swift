import Media
import MediaWire
import RoomClient
import Testing

@testable import Ingress

/// A transcoder in virtual time, with a room that takes every track at once.
final class SessionBench {
    private final class Requests {
        var asked: [LocalTrackDescription] = []
    }

    static let start = Instant(nanoseconds: 1_000_000_000_000)
    static let wallClock = WallClock(unixNanoseconds: 1_700_000_000_000_000_000)

    let transcoder: Transcoder
    private(set) var video: RecordingTrack?
    private(set) var audio: RecordingTrack?
    private(set) var published: [LocalTrackDescription] = []
    private(set) var now = SessionBench.start
    private let requests = Requests()

    init(
        layers: [IngressEncoding.Video.Layer],
        format: IngressEncoding.Video.Format = .h264Baseline,
        framesPerSecond: Double = 30,
        audio: IngressEncoding.Audio = IngressEncoding.Audio(channels: 2, bitrate: 96_000, hasDTX: true),
        settings: TranscodingSettings = TranscodingSettings()
    ) throws {
        let encoding = IngressEncoding(
            audio: audio,
            video: IngressEncoding.Video(format: format, framesPerSecond: framesPerSecond, layers: layers)
        )
        let requests = requests
        transcoder = try Transcoder(
            plan: .sample(encoding),
            settings: settings,
            clock: SessionClock(origin: Self.start, wallClock: Self.wallClock, rtpOrigin: 4_000_000_000),
            hooks: Transcoder.Hooks(publish: { requests.asked.append($0) }, makeLane: { InlineLane($0) })
        )
    }

    /// Goes to a later time, doing on the way what time brings.
    func advance(to time: Instant) {
        while now + .milliseconds(20) <= time {
            now += .milliseconds(20)
            transcoder.tick(at: now)
        }
        now = max(now, time)
    }

    /// Takes in what comes at `time` after the start.
    func receive(_ event: InputEvent, at time: Duration) {
        advance(to: Self.start + time)
        transcoder.take(transcoder.place(event, at: now), at: now)
        while !requests.asked.isEmpty { publish(requests.asked.removeFirst()) }
    }

    /// Takes in what comes at its times.
    func receive(_ events: [TimedEvent], from start: Duration = .zero) {
        for event in events { receive(event.event, at: start + event.time) }
    }

    private func publish(_ description: LocalTrackDescription) {
        published.append(description)
        let track = RecordingTrack(description)
        if description.kind == .audio { audio = track } else { video = track }
        transcoder.published(track, kind: description.kind, at: now)
    }
}

/// Something a source says, and when.
struct TimedEvent: Sendable {
    var time: Duration
    var event: InputEvent
}

extension IngressPlan {
    /// A plan with nothing special about it.
    static func sample(_ encoding: IngressEncoding?) -> IngressPlan {
        IngressPlan(
            ingressID: "IN_test",
            resourceID: "RT_test",
            roomName: "room",
            participantIdentity: "camera",
            audioTrack: Track(name: "sound", source: 2),
            videoTrack: Track(name: "picture", source: 1),
            encoding: encoding
        )
    }
}

extension IngressEncoding.Video.Layer {
    /// 360p.
    static let large = Self(quality: 2, width: 640, height: 360, bitrate: 600_000)
    /// 180p.
    static let small = Self(quality: 0, width: 320, height: 180, bitrate: 200_000)
}

extension [IngressEncoding.Video.Layer] {
    /// 360p and 180p, as small as tests like it.
    static let pair: Self = [.large, .small]
}
