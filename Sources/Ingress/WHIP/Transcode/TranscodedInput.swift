import Media
import MediaWire
import NIOCore
package import PeerTransportNIO
import RoomClient

/// A WHIP publisher's media on its way to a session that transcodes it: the sound and the best pictures, as events.
///
/// It outlives the publisher's connections, like `BypassParticipant`: after a loss the sink hears nothing for a while,
/// and then goes on with the samples of whoever came back, on the same timeline. Times are in ticks of 1/48 000 and
/// 1/90 000 second on one clock.
package final class TranscodedInput: WHIPDestination, @unchecked Sendable {  // its state is touched on the loop only
    let origin: Instant
    private let sink: any InputSink
    private let hub: PeerHub
    private let seat: PublisherSeat
    private var choice = LayerChoice()
    private var announced: [MediaKind: InputTrack] = [:]
    /// Times rise, also from one layer to another.
    private var last: [MediaKind: Int64] = [:]

    /// An input that tells `sink`, on the hub's loop; `grace` is how long a lost publisher is waited for.
    package init(
        sink: any InputSink,
        grace: Duration = .seconds(10),
        hub: PeerHub,
        observer: any WHIPObserver
    ) {
        self.sink = sink
        self.hub = hub
        origin = hub.now
        seat = PublisherSeat(grace: grace, hub: hub, observer: observer)
        seat.onEnd = { sink.receive(.ended) }
    }

    /// Asks the publisher for a key frame of the pictures that are taken; spaced; from anywhere.
    package func requestKeyFrame() {
        hub.loop.execute { [self] in
            if let rid = choice.chosen { seat.session?.requestKeyFrame(rid: rid) }
        }
    }

    /// Ends it, with the publisher's connection if there is one; from anywhere.
    package func close(_ reason: String) {
        hub.loop.execute { self.end(.closed(reason)) }
    }

    func attach(_ session: WHIPSession, media: OfferedMedia) -> Bool {
        guard seat.take(session) else { return false }
        choice.restart()
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

    // MARK: Media

    func receive(_ sample: WHIPSample) {
        guard !seat.isOver else { return }
        seat.started()
        if sample.kind == .video {
            let area = sample.sample.width.flatMap { width in sample.sample.height.map { width * $0 } }
            let key = (sample.sample.isKeyFrame, area)
            switch choice.judge(rid: sample.rid, sample: key, at: sample.sample.arrival) {
            case .take: break
            case .skip: return
            case .askForKeyFrame:
                seat.session?.requestKeyFrame(rid: sample.rid)
                return
            }
        }
        announce(sample)
        sink.receive(.sample(sample.kind, packet(sample)))
    }

    /// Says what the stream is, when it begins and when it changes.
    private func announce(_ sample: WHIPSample) {
        guard let format = InputTrack.Format(sample.sample.codec) else { return }
        var track = announced[sample.kind] ?? InputTrack(format: format)
        track.format = format
        switch sample.kind {
        case .audio:
            track.sampleRate = sample.sample.clockRate
            // Opus is decoded to two channels whatever its packets have (RFC 7587 §4.1).
            track.channels = 2
        case .video:
            track.width = sample.sample.width ?? track.width
            track.height = sample.sample.height ?? track.height
        }
        guard announced[sample.kind] != track else { return }
        announced[sample.kind] = track
        sink.receive(.track(track))
    }

    private func packet(_ sample: WHIPSample) -> EncodedPacket {
        let time = last[sample.kind].map { max($0 + 1, sample.place) } ?? sample.place
        last[sample.kind] = time
        return EncodedPacket(
            data: sample.sample.data,
            pts: time,
            dts: time,
            duration: 0,
            timescale: Int32(clamping: sample.sample.clockRate),
            isKeyFrame: sample.sample.isKeyFrame
        )
    }
}

extension InputTrack.Format {
    /// The format of a codec that publishers send; nil for one that is not taken.
    fileprivate init?(_ codec: Codec) {
        switch codec {
        case .opus: self = .opus
        case .h264: self = .h264
        case .h265: self = .h265
        case .vp8: self = .vp8
        case .vp9: self = .vp9
        case .av1: self = .av1
        case .red, .pcmu, .pcma: return nil
        }
    }
}
