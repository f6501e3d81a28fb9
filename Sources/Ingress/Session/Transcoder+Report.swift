import MediaWire

// How a session stands.
extension Transcoder {
    /// How long the first track waits for the other one before the session counts as publishing.
    static let trackPatience = Duration.seconds(2)

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

    /// Publishing begins when every stream announced has its track, or one has had it for a while.
    private func isPublishing(at now: Instant) -> Bool {
        guard let firstTrackAt else { return false }
        let isComplete = input.kinds.allSatisfy { $0 == .audio ? sound.track != nil : pictures.track != nil }
        return isComplete || now - firstTrackAt >= Self.trackPatience
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
