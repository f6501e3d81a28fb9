import Media
import MediaWire
import RoomClient

/// The whole way from a source's samples to a room's tracks, without a thread, clock or socket of its own.
///
/// A sample is placed on the session's clock (`SourceTimeline`), decoded (`VideoLine`, `AudioLine`), and its pictures go
/// through the ladder of layers (`LayerLadder`), whose lanes may be threads. A track is asked for when the first picture or sound
/// of its kind is there, since only then its size is known, and begins with what is at hand when the room has taken it: nothing
/// is kept up for it. While the source is away the ladder goes on with the last picture and the sound with silence.
///
/// Owned by one thread.
final class Transcoder {
    /// What a transcoder needs done.
    struct Hooks {
        /// Asks the room for a track; `published` answers.
        var publish: (LocalTrackDescription) -> Void
        /// Makes what encodes a layer.
        var makeLane: (LayerEncoder.Settings) -> any EncoderLane
    }

    /// How far a track has come.
    enum Publication {
        case none
        case asked
        case up(any PublishedTrack)
    }

    /// What a source said, with its place in time if it has one.
    struct Placed {
        var event: InputEvent
        /// When it came.
        var arrival: Instant
        /// When the sample is to be decoded.
        var decodeTime: Instant?
    }

    let plan: IngressPlan
    let encoding: IngressEncoding
    let isPaced: Bool
    let clock: SessionClock
    let hooks: Hooks
    let fitting: LayerFitting

    var timeline: SourceTimeline
    var watch: SessionWatch
    var input = InputDescription()
    var video: VideoLine
    var audio: AudioLine
    var pictures = Publication.none
    var sound = Publication.none
    var ladder: LayerLadder?
    /// The picture seen last: shown when the track is up, and while the source is away.
    var lastPicture: VideoLine.Picture?
    /// The layers asked for, and the size they are for, until the ladder is made.
    var wanted: (layers: [IngressEncoding.Video.Layer], geometry: PictureGeometry)?
    /// Sound of a file that waits for its track.
    var waitingSound: [EncodedFrame] = []
    /// When the held picture was last sent.
    var heldAt: Instant?
    /// When the first track came up.
    var firstTrackAt: Instant?
    /// Whether the session counts as publishing.
    var hasPublished = false
    /// The room's name, once joined.
    var roomID = ""
    /// Samples that could not be decoded.
    var broken = 0
    /// The moment of the present call.
    var now: Instant

    /// A session's transcoder; throws if the plan cannot be fulfilled.
    init(
        plan: IngressPlan,
        settings: TranscodingSettings,
        clock: SessionClock,
        hooks: Hooks
    ) throws(IngressSessionError) {
        encoding = try plan.checkedEncoding()
        self.plan = plan
        self.clock = clock
        self.hooks = hooks
        isPaced = settings.pace == .file
        fitting = LayerFitting(encoding.video.layers)
        timeline = SourceTimeline(isPaced: isPaced)
        watch = SessionWatch(settings: settings, start: clock.origin)
        now = clock.origin
        video = VideoLine(framesPerSecond: encoding.video.framesPerSecond)
        do throws(MediaError) {
            audio = try AudioLine(encoding: encoding.audio, clock: clock)
        } catch {
            throw IngressSessionError(.invalidRequest, detail: error.message)
        }
    }

    /// Whether what comes has to wait for a track, so that a file's beginning is not lost.
    var isWaitingForTrack: Bool {
        guard isPaced else { return false }
        return pictures.isAsked || sound.isAsked
    }

    // MARK: - What a source says

    /// Finds the place of what came at `now`.
    func place(_ event: InputEvent, at now: Instant) -> Placed {
        var placed = Placed(event: event, arrival: now)
        // A peer's ticks may be none at all; such a sample has no time, and is left out.
        if case .sample(let kind, let packet) = event, packet.timescale > 0 {
            let time = MediaTime(value: packet.dts, timescale: packet.timescale)
            placed.decodeTime = timeline.place(kind, decodeTime: time, at: now)
        }
        return placed
    }

    /// Takes in what a source said.
    func take(_ placed: Placed, at now: Instant) {
        self.now = now
        switch placed.event {
        case .track(let track): open(track)
        case .sample(let kind, let packet):
            guard let decodeTime = placed.decodeTime, packet.isPlausible else {
                broken += 1
                return
            }
            input.count(kind, packet, at: placed.arrival)
            decode(kind, packet, at: decodeTime + packet.reordering)
        case .ended: watch.finish(.completed)
        }
    }

    /// Pictures are missing in front of what follows.
    func picturesLost() { video.lose() }

    /// The source is gone but may come back.
    func sourceLost(at now: Instant) { watch.sourceLost(at: now) }

    /// The source is back, with a clock of its own.
    func sourceResumed(at now: Instant) {
        guard watch.isSourceAway else { return }
        watch.sourceResumed(at: now)
        timeline.restart()
        video.lose()
        heldAt = nil
    }

    private func open(_ track: InputTrack) {
        do throws(MediaError) {
            switch track.kind {
            case .video: for picture in try video.open(track) { show(picture) }
            case .audio: try audio.open(track)
            }
            input.opened(track)
        } catch {
            watch.finish(.failed(IngressSessionError(.unsupportedFormat, detail: error.message)))
        }
    }

    private func decode(_ kind: MediaKind, _ packet: EncodedPacket, at time: Instant) {
        do throws(MediaError) {
            switch kind {
            case .video:
                for picture in try video.decode(packet, at: time) {
                    watch.mediaCame(at: now)
                    show(picture)
                }
            case .audio:
                let frames = try audio.encode(packet.data, at: time)
                input.sourceLayout = audio.sourceLayout
                watch.mediaCame(at: now)
                play(frames)
            }
        } catch {
            // One packet; a stream that never gets better ends with the patience for media.
            broken += 1
        }
    }

    // MARK: - Time

    /// Does what time brings: holds the picture of a source that is away, and looks at the deadlines.
    func tick(at now: Instant) {
        self.now = now
        watch.check(at: now)
        guard watch.isSourceAway, watch.end == nil else { return }
        hold(at: now)
    }

    /// Sends what is held back at the end, and ends the encoders.
    func finish() {
        for picture in video.flush() { show(picture) }
        ladder?.finish()
    }
}

extension Transcoder.Publication {
    var isAsked: Bool {
        if case .asked = self { true } else { false }
    }

    var track: (any PublishedTrack)? {
        if case .up(let track) = self { track } else { nil }
    }
}

extension EncodedPacket {
    /// More than any frame of the pictures we decode has.
    private static let mostBytes = 16 << 20
    /// More than any codec reorders by.
    private static let longestReordering = Duration.seconds(2)

    /// Whether it can be a sample at all.
    fileprivate var isPlausible: Bool { !data.isEmpty && data.count <= Self.mostBytes }

    /// How much later than it is decoded a sample is shown.
    fileprivate var reordering: Duration {
        let ticks = MediaTime(value: pts &- dts, timescale: timescale)
        return max(.zero, min(.nanoseconds(ticks.nanoseconds), Self.longestReordering))
    }
}

extension IngressPlan {
    /// The encoding, if it is one that can be published.
    fileprivate func checkedEncoding() throws(IngressSessionError) -> IngressEncoding {
        guard let encoding else {
            throw IngressSessionError(.invalidRequest, detail: "a transcoding session needs an encoding")
        }
        guard (1...LocalTrackDescription.maximumLayers).contains(encoding.video.layers.count) else {
            let count = encoding.video.layers.count
            throw IngressSessionError(.invalidRequest, detail: "\(count) layers of video; 1 to 3 can be published")
        }
        guard Set(encoding.video.layers.map(\.quality)).count == encoding.video.layers.count else {
            throw IngressSessionError(.invalidRequest, detail: "two layers of video have the same quality")
        }
        guard (1...2).contains(encoding.audio.channels) else {
            let count = encoding.audio.channels
            throw IngressSessionError(.invalidRequest, detail: "\(count) channels of sound; 1 or 2 can be published")
        }
        return encoding
    }
}
