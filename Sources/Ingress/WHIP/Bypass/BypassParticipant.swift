import FoundationEssentials
package import Logging
import MediaWire
import NIOCore
package import PeerTransportNIO
import RoomClient

/// A participant in the room whose tracks are a WHIP publisher's media as it is: nothing is decoded.
///
/// It outlives the publisher's connections. While one is lost, the participant and its tracks stay, with the last
/// picture standing; one that takes its place goes on in them. It ends when the publisher ends its session, when none
/// comes within the grace, when the room sends it away, or when it is closed.
///
/// **Ways.** A sample comes on the hub's loop; `BypassTrack` says what becomes of it; a written one goes to the
/// `LocalTrack` in the same turn, so nothing waits but for the jitter buffer. What takes time (joining, publishing) is
/// done by one task, which gets its orders from the loop and brings its results back to it.
package final class BypassParticipant: WHIPDestination, @unchecked Sendable {  // its state is touched on the loop only
    /// What is needed to be in the room.
    package struct Settings: Sendable {
        /// The room server, as for `RoomClientConfiguration`.
        package var url: String
        /// Names room and participant; never logged.
        package var token: String
        /// How the sound is announced.
        package var audioTrack: IngressPlan.Track
        /// How the pictures are announced.
        package var videoTrack: IngressPlan.Track
        /// How long a lost publisher is waited for.
        package var grace: Duration

        /// Settings by their parts.
        package init(
            url: String,
            token: String,
            audioTrack: IngressPlan.Track,
            videoTrack: IngressPlan.Track,
            grace: Duration = .seconds(10)
        ) {
            self.url = url
            self.token = token
            self.audioTrack = audioTrack
            self.videoTrack = videoTrack
            self.grace = grace
        }
    }

    /// A track that is to be published in place of another.
    struct Order: Sendable {
        var kind: MediaKind
        var description: LocalTrackDescription
        var replaced: LocalTrack?
    }

    let origin: Instant
    let hub: PeerHub
    let client: RoomClient
    let logger: Logger
    /// What the wall clock shows at the instant zero of the hub's clock; read once, so that its corrections do not part
    /// sound and picture.
    private let wallClockOrigin: WallClock
    let seat: PublisherSeat
    var audio: BypassTrack
    var video: BypassTrack
    /// `RM_…`, empty until the server has told.
    var roomID = ""
    /// The tracks in the room.
    var tracks: [MediaKind: LocalTrack] = [:]
    let orders: AsyncStream<Order>
    let ordering: AsyncStream<Order>.Continuation
    /// Joins, publishes and listens; begins with the first publisher, ends with the participant.
    private var running: Task<Void, Never>?

    /// Prepares a participant, which joins the room when the first publisher is admitted.
    ///
    /// To be handed out by a gate; the hub is the listener's.
    package init(settings: Settings, hub: PeerHub, observer: any WHIPObserver, logger: Logger) {
        self.hub = hub
        self.logger = logger
        seat = PublisherSeat(grace: settings.grace, hub: hub, observer: observer)
        origin = hub.now
        wallClockOrigin = WallClock(unixNanoseconds: Int64(Date().timeIntervalSince1970 * 1e9) &- hub.now.nanoseconds)
        client = RoomClient(
            configuration: RoomClientConfiguration(url: settings.url, token: settings.token, publishes: true),
            hub: hub,
            logger: logger
        )
        audio = BypassTrack(kind: .audio, plan: settings.audioTrack)
        video = BypassTrack(kind: .video, plan: settings.videoTrack)
        // One order of each kind is under way at a time.
        (orders, ordering) = AsyncStream.makeStream(of: Order.self, bufferingPolicy: .bufferingOldest(2))
        seat.onEnd = { [unowned self] in finish() }
    }

    /// Ends it, with the publisher's connection if there is one; from anywhere.
    package func close(_ reason: String) {
        hub.loop.execute { self.end(.closed(reason)) }
    }

    /// Returns once it has left the room, which it does when it ends.
    package func left() async {
        let running = try? await hub.loop.submit { self.running }.get()
        await running?.value
    }

    // MARK: Publishers

    func attach(_ session: WHIPSession, media: OfferedMedia) -> Bool {
        guard seat.take(session) else { return false }
        audio.begin(rids: [])
        video.begin(rids: media.video?.rids ?? [])
        // Not structured: it lives as long as the participant, whose owner is a table of the worker. `finish` ends it.
        if running == nil { running = Task { [self] in await run() } }
        return true
    }

    func interrupted(_ session: WHIPSession, reason: String) { seat.interrupted(session, reason: reason) }

    func recovered(_ session: WHIPSession) { seat.recovered(session) }

    func detached(_ session: WHIPSession, _ ending: WHIPSessionEnding) { seat.left(session, ending) }

    func declined(_ reason: String) { seat.declined(reason) }

    func end(_ reason: WHIPEnd) {
        seat.end(reason)
    }

    func noted(_ state: WHIPInputState) { seat.noted(state) }

    private func finish() {
        ordering.finish()
        running?.cancel()
    }

    // MARK: Media

    func receive(_ sample: WHIPSample) {
        guard !seat.isOver else { return }
        seat.started()
        let track = tracks[sample.kind]
        let isWatched = { (layer: String) in track?.isEnabled(layer: layer) ?? true }
        let action =
            sample.kind == .audio
            ? audio.judge(sample.sample, rid: sample.rid, at: sample.sample.arrival, isWatched: isWatched)
            : video.judge(sample.sample, rid: sample.rid, at: sample.sample.arrival, isWatched: isWatched)
        switch action {
        case .skip: break
        case .askForKeyFrame: seat.session?.requestKeyFrame(rid: sample.rid)
        case .write(let layer): track?.write(frame(sample), layer: layer)
        case .publish(let description):
            tracks[sample.kind] = nil
            ordering.yield(Order(kind: sample.kind, description: description, replaced: track))
        }
    }

    /// A viewer, or the room for it, needs a key frame.
    func keyFrameRequested(layer: String?) {
        guard let source = video.source(of: layer) else { return }
        requestKeyFrame(rid: source)
    }

    /// Asks the publisher for a key frame of one of its layers.
    func requestKeyFrame(rid: String?) { seat.session?.requestKeyFrame(rid: rid) }

    private func frame(_ sample: WHIPSample) -> EncodedFrame {
        EncodedFrame(
            data: sample.sample.data,
            timestamp: UInt32(truncatingIfNeeded: sample.place),
            isKeyFrame: sample.sample.isKeyFrame,
            audioLevel: sample.audioLevel,
            capturedAt: wallClockOrigin + .nanoseconds(sample.captured.nanoseconds)
        )
    }
}
