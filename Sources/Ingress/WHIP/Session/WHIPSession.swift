import Logging
import MediaWire
import NIOCore
import PeerTransport
import PeerTransportNIO
import RoomClient

/// One connection of a publisher, from its offer to its end.
///
/// It answers the offer, receives (`WHIPInput`), asks for what was lost, and hands samples to its destination, which
/// outlives it. It ends when the publisher says so, is lost, is displaced by a newer connection, or is closed. All of
/// it happens on the hub's loop; what may be called from elsewhere says so.
package final class WHIPSession: @unchecked Sendable {  // its state is touched on the hub's loop only
    /// Names the session, `WH_…`.
    package let resourceID: String
    /// Proves that a request is the publisher's.
    let credential: WHIPStreamKey

    let hub: PeerHub
    let media: OfferedMedia
    let destination: any WHIPDestination
    let times: WHIPTimes
    let logger: Logger
    /// The answer is made, the connection is up, or the session is over: for whoever counts.
    let onProgress: @Sendable (WHIPSession, Progress) -> Void

    enum Progress: Sendable, Hashable {
        case connected
        /// Its publisher was lost, and can still end what waits for it.
        case lost
        /// Nothing is left of it.
        case finished
    }

    let peer: PeerConnection
    var attachment: PeerAttachment?
    var timer: LoopTimer?
    var inputs: [WHIPInput] = []
    var clock = PublisherClock()
    var hasRestartedICE = false
    /// Why it is over; nil while it is not.
    private(set) var ending: WHIPSessionEnding?
    var isFinished: Bool { ending != nil }
    var deadlines: WHIPDeadlines

    init(
        resourceID: String,
        credential: WHIPStreamKey,
        media: OfferedMedia,
        destination: any WHIPDestination,
        times: WHIPTimes,
        hub: PeerHub,
        logger: Logger,
        onProgress: @escaping @Sendable (WHIPSession, Progress) -> Void
    ) {
        self.resourceID = resourceID
        self.credential = credential
        self.media = media
        self.destination = destination
        self.times = times
        self.hub = hub
        self.onProgress = onProgress
        var logger = logger
        logger[metadataKey: "resource"] = "\(resourceID)"
        self.logger = logger
        deadlines = WHIPDeadlines(times: times, at: hub.now)
        peer = PeerConnection(configuration: Self.configuration(of: hub, label: resourceID), now: hub.now)
    }

    /// What is taken: no data channels, no RED, all codecs that rooms have.
    private static func configuration(of hub: PeerHub, label: String) -> PeerConfiguration {
        var configuration = PeerConfiguration(
            certificate: hub.certificate,
            iceRole: .controlled,
            localCandidates: hub.localCandidates
        )
        configuration.audioCodecs = CodecParameters.defaultAudio.filter { OfferedMedia.codecs.contains($0.codec) }
        configuration.videoCodecs = CodecParameters.defaultVideo.filter { OfferedMedia.codecs.contains($0.codec) }
        configuration.dataChannels = false
        configuration.label = label
        return configuration
    }

    /// Ends the session and its destination for good; from anywhere.
    ///
    /// Of a lost publisher it ends what is left; one whose place was taken has nothing to end.
    package func close(_ reason: String) {
        hub.loop.execute {
            if self.ending != .displaced { self.destination.end(.closed(reason)) }
        }
    }

    /// Answers the offer and begins; fails, and has not begun, if the offer cannot be answered.
    func start(offer: String) throws(WHIPRefusal) -> (sdp: String, entityTag: String) {
        hub.loop.preconditionInEventLoop()
        let answer: String
        do {
            try peer.setRemoteOffer(offer, at: hub.now)
            answer = try peer.createAnswer(at: hub.now)
        } catch {
            peer.close(at: hub.now)
            throw error.code == .unsupported
                ? WHIPRefusal.notAcceptable(error.message) : WHIPRefusal.malformed(error.message)
        }
        makeInputs()
        timer = LoopTimer(loop: hub.loop) { [weak self] in self?.alarm() }
        attachment = hub.attach(peer) { [weak self] in self?.handle($0) }
        attachment?.drain()
        guard destination.attach(self, media: media) else {
            finish(.displaced)
            throw WHIPRefusal(status: 503, message: "ingress closing", headers: ["Retry-After": "1"])
        }
        arm()
        return (answer, entityTag)
    }

    /// Names the present ICE session; strong, as RFC 9725 §4.3.1 asks, and new with each restart.
    var entityTag: String { "\"\(peer.localCredentials.ufrag)\"" }

    private func makeInputs() {
        for track in peer.remoteTracks where track.isActive {
            let rids: [String?] = track.rids.isEmpty ? [nil] : track.rids
            inputs += rids.map {
                WHIPInput(kind: track.kind, mid: track.mid, rid: $0, settings: times.jitterBuffer)
            }
        }
    }

    /// The connection is over: says goodbye to the publisher, then to the destination.
    func finish(_ ending: WHIPSessionEnding) {
        guard !isFinished else { return }
        self.ending = ending
        timer?.cancel()
        timer = nil
        peer.close(at: hub.now)
        attachment?.drain()
        attachment?.detach()
        attachment = nil
        logger.info("WHIP session over", metadata: ["reason": "\(ending)"])
        if case .lost = ending { onProgress(self, .lost) } else { forget() }
        destination.detached(self, ending)
    }

    /// Its publisher says that it is over, perhaps after it was lost.
    func delete() {
        if ending == nil { finish(.deleted) } else { destination.end(.deleted) }
    }

    /// Nobody waits for its publisher any more.
    func forget() { onProgress(self, .finished) }

    // MARK: Time

    /// Asks to be called when something is due.
    func arm() {
        guard !isFinished, let timer else { return }
        let now = hub.now
        timer.wake(at: deadlines.next, now: now)
        for input in inputs { timer.wake(at: input.nextDeadline, now: now) }
    }

    private func alarm() {
        guard !isFinished else { return }
        let now = hub.now
        for input in inputs { pump(input, at: now) }
        guard !isFinished else { return }
        switch deadlines.due(at: now, isEndedByPeer: peer.isEndedByPeer) {
        case .nothing: break
        case .report: report(at: now)
        case .finish(let ending): return finish(ending)
        }
        arm()
    }
}
