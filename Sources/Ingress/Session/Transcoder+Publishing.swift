import Media
import MediaWire
import RoomClient

// The way from pictures and sound to the room's tracks.
extension Transcoder {
    /// Held pictures a second: late joiners wait no longer than half a second for one.
    static let heldPicturesPerSecond = 2
    /// Sound of a file that is kept until its track is up, in packets of 20 ms.
    static let mostWaitingSound = 500

    /// The room took a track that was asked for, at `now`.
    func published(_ track: any PublishedTrack, kind: MediaKind, at now: Instant) {
        self.now = now
        firstTrackAt = firstTrackAt ?? now
        switch kind {
        case .audio:
            sound = .up(track)
            for frame in waitingSound { track.write(frame, layer: nil) }
            waitingSound = []
        case .video:
            pictures = .up(track)
            ladder = makeLadder(for: track)
            if let lastPicture { show(lastPicture) }
        }
        if !pictures.isAsked, !sound.isAsked { watch.publishingEnded() }
    }

    /// Shows a picture of the source, or asks for a track to show it on.
    func show(_ picture: VideoLine.Picture) {
        lastPicture = picture
        input.size = (picture.frame.width, picture.frame.height)
        switch pictures {
        case .none: askForPictures(picture)
        case .asked: break
        case .up: send(picture, at: picture.time)
        }
    }

    /// Plays sound of the source, or asks for a track to play it on.
    func play(_ frames: [EncodedFrame]) {
        guard !frames.isEmpty else { return }
        switch sound {
        case .none:
            sound = .asked
            watch.publishingBegan(at: now)
            keep(frames)
            hooks.publish(.sound(of: plan, encoding: encoding.audio))
        case .asked: keep(frames)
        case .up(let track): for frame in frames { track.write(frame, layer: nil) }
        }
    }

    /// Goes on with the last picture and with silence, up to `now`.
    func hold(at now: Instant) {
        let interval = Duration.seconds(1) / Self.heldPicturesPerSecond
        if pictures.track != nil, let lastPicture, heldAt.map({ now - $0 >= interval }) ?? true {
            heldAt = now
            send(lastPicture, at: now)
            timeline.filled(until: now)
        }
        guard sound.track != nil, let frames = try? audio.silence(until: now), !frames.isEmpty else { return }
        play(frames)
        timeline.filled(until: now)
    }

    private func send(_ picture: VideoLine.Picture, at time: Instant) {
        guard ladder?.encode(picture, at: time) == true, let largest = ladder?.layers.first else { return }
        pictures.track?.setSize(width: largest.width, height: largest.height)
    }

    private func askForPictures(_ picture: VideoLine.Picture) {
        let layers = fitting.layers(for: picture.geometry)
        pictures = .asked
        wanted = (layers, picture.geometry)
        watch.publishingBegan(at: now)
        hooks.publish(.pictures(of: plan, format: encoding.video.format, layers: layers))
    }

    private func makeLadder(for track: any PublishedTrack) -> LayerLadder? {
        guard let wanted else { return nil }
        let requests = KeyFrameRequests(rids: LayerName.names(count: wanted.layers.count))
        track.onKeyFrameRequest { requests.add(rid: $0) }
        return LayerLadder(fitting: fitting, layers: wanted.layers, geometry: wanted.geometry, track: track) { rid in
            hooks.makeLane(
                LayerEncoder.Settings(
                    rid: rid,
                    format: encoding.video.format,
                    framesPerSecond: encoding.video.framesPerSecond,
                    clock: clock,
                    track: track,
                    requests: requests
                )
            )
        }
    }

    private func keep(_ frames: [EncodedFrame]) {
        guard isPaced, waitingSound.count < Self.mostWaitingSound else { return }
        waitingSound += frames
    }
}
