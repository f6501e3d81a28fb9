import Media
import MediaWire

/// What is known of the source's streams: as announced, as decoded, and as counted.
struct InputDescription: Sendable {
    /// The size of the last picture decoded.
    var size: (width: Int, height: Int)?
    /// What the sound decoded last was.
    var sourceLayout: AudioLayout?

    private var tracks: [MediaKind: InputTrack] = [:]
    private var meters: [MediaKind: StreamMeter] = [:]

    /// The kinds that were announced.
    var kinds: Set<MediaKind> { Set(tracks.keys) }

    /// A stream was announced.
    mutating func opened(_ track: InputTrack) {
        tracks[track.kind] = track
        switch track.kind {
        case .video: size = nil
        case .audio: sourceLayout = nil
        }
    }

    /// A sample came at `now`.
    mutating func count(_ kind: MediaKind, _ packet: EncodedPacket, at now: Instant) {
        let time = MediaTime(value: packet.dts, timescale: packet.timescale).nanoseconds
        meters[kind, default: StreamMeter()].add(bytes: packet.data.count, of: .nanoseconds(time), at: now)
    }

    /// A report was made: the averages begin anew.
    mutating func reported(at now: Instant) {
        for kind in meters.keys { meters[kind]?.restart(at: now) }
    }

    /// The pictures that come in; nil without any.
    func video(at now: Instant) -> IngressSessionReport.Video? {
        guard let track = tracks[.video] else { return nil }
        let averages = meters[.video]?.averages(at: now) ?? StreamMeter.Averages()
        return IngressSessionReport.Video(
            mimeType: track.mimeType,
            averageBitrate: averages.bitrate,
            width: size?.width ?? track.width,
            height: size?.height ?? track.height,
            framesPerSecond: averages.samplesPerSecond
        )
    }

    /// The sound that comes in; nil without any.
    func audio(at now: Instant) -> IngressSessionReport.Audio? {
        guard let track = tracks[.audio] else { return nil }
        return IngressSessionReport.Audio(
            mimeType: track.mimeType,
            averageBitrate: meters[.audio]?.averages(at: now).bitrate ?? 0,
            channels: sourceLayout?.channels ?? track.channels,
            sampleRate: sourceLayout?.sampleRate ?? track.sampleRate
        )
    }
}
