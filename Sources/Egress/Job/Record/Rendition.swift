import MediaWire

/// One stream of packets that outputs are fed with: those that want the same share it.
enum Rendition: Sendable, Hashable {
    /// The picture, encoded like this.
    case video(VideoPlan)
    /// The sound, encoded like this.
    case audio(AudioPlan)
    /// What the publisher sent, as it was sent.
    case asSent(MediaKind)

    /// Sound or picture.
    var kind: MediaKind {
        switch self {
        case .video: .video
        case .audio: .audio
        case .asSent(let kind): kind
        }
    }
}

/// An output with the streams it gets.
struct OutputWiring: Sendable, Hashable {
    var output: OutputPlan
    var video: Rendition?
    var audio: Rendition?
}

/// What a job makes of the tracks of its source, for all of its outputs.
struct JobWiring: Sendable, Hashable {
    var outputs: [OutputWiring]

    /// Every stream that somebody wants, each once.
    var renditions: [Rendition] {
        var known: Set<Rendition> = []
        return outputs.flatMap { [$0.video, $0.audio].compactMap { $0 } }.filter { known.insert($0).inserted }
    }

    /// Whether pictures have to be decoded.
    var decodesPicture: Bool {
        outputs.contains { wiring in
            if case .video? = wiring.video { return true }
            if case .images = wiring.output.kind { return true }
            return false
        }
    }

    /// Whether sound has to be decoded and mixed.
    var decodesSound: Bool {
        outputs.contains { wiring in
            if case .audio? = wiring.audio { return true }
            if case .webSocket = wiring.output.kind { return true }
            return false
        }
    }

    /// Whether samples of this kind are written as they come.
    func passes(_ kind: MediaKind) -> Bool {
        outputs.contains { $0.video == .asSent(kind) || $0.audio == .asSent(kind) }
    }

    /// Whether anything is recorded that can be seen.
    var recordsVideo: Bool { decodesPicture || passes(.video) }
    /// Whether anything is recorded that can be heard.
    var recordsAudio: Bool { decodesSound || passes(.audio) }
}
