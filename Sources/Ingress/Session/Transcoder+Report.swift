import LiveKitProtocol
import MediaWire

// How a session stands.
extension Transcoder {
    /// How long the first track waits for another one that was announced, before the session counts as publishing.
    static let trackPatience = Duration.seconds(2)
    /// How long it waits for a kind that was not announced.
    static let kindPatience = Duration.milliseconds(500)

    /// How the session stands at `now`.
    func report(at now: Instant) -> IngressSessionReport {
        IngressSessionReport(
            phase: watch.end.map { .ended($0) } ?? (isPublishing(at: now) ? .publishing : .buffering),
            isSourceAway: watch.isSourceAway,
            roomID: roomID,
            tracks: [soundReport, picturesReport].compactMap { $0 },
            video: input.video(at: now),
            audio: input.audio(at: now)
        )
    }

    /// Publishing begins when sound and pictures have their tracks, or one has had its own for a while; it does not end.
    private func isPublishing(at now: Instant) -> Bool {
        guard !hasPublished, let firstTrackAt else { return hasPublished }
        let isComplete = input.kinds.allSatisfy { $0 == .audio ? sound.track != nil : pictures.track != nil }
        let patience = isComplete ? Self.kindPatience : Self.trackPatience
        hasPublished = (isComplete && input.kinds.count > 1) || now - firstTrackAt >= patience
        return hasPublished
    }

    private var soundReport: IngressSessionReport.Track? {
        sound.track.map { track in
            IngressSessionReport.Track(
                sid: track.sid.rawValue,
                kind: .audio,
                name: plan.audioTrack.name,
                source: plan.audioTrack.source,
                mimeType: Codec.opus.mimeType,
                width: 0,
                height: 0,
                layers: []
            )
        }
    }

    private var picturesReport: IngressSessionReport.Track? {
        pictures.track.map { track in
            let layers = ladder?.layers ?? []
            return IngressSessionReport.Track(
                sid: track.sid.rawValue,
                kind: .video,
                name: plan.videoTrack.name,
                source: plan.videoTrack.source,
                mimeType: encoding.video.format.codec.mimeType,
                width: layers.first?.width ?? 0,
                height: layers.first?.height ?? 0,
                layers: layers
            )
        }
    }
}
