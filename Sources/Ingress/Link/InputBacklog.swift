import Media
import MediaWire

/// What a publisher has said and its session's process has not taken yet: bounded, and cut where decoding can begin again.
///
/// A process that reads too slowly, or that is being started, loses samples, never announcements: when more than
/// ``maximumBytes`` wait, or more than ``maximumSamples``, all samples that wait are dropped, and pictures are dropped from then
/// on until the next key frame. Sound goes on at once.
struct InputBacklog {
    /// Bytes of samples that may wait (LiveKit's pre-roll buffer: 10 MB).
    static let maximumBytes = 10 << 20
    /// Samples that may wait: a minute of sound in frames of 20 ms, which have few bytes.
    static let maximumSamples = 3000
    /// Other messages that may wait; what is said beyond that replaces what was said before.
    static let maximumOthers = 64

    private var waiting: [SessionMessage] = []
    /// Where what waits begins in `waiting`.
    private var first = 0
    private var bytes = 0
    private var samples = 0
    private var tracks: [MediaKind: InputTrack] = [:]
    private var needsKeyFrame = false
    /// Samples that nobody got.
    private(set) var dropped = 0

    /// What waits, for the first time to be sent.
    mutating func next() -> SessionMessage? {
        guard first < waiting.count else { return nil }
        let message = waiting[first]
        first += 1
        if first == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            first = 0
        } else if first >= 256 {
            waiting.removeFirst(first)
            first = 0
        }
        if case .input(.sample(_, let packet)) = message {
            bytes -= packet.data.count
            samples -= 1
        }
        return message
    }

    /// Another message.
    mutating func add(_ message: SessionMessage) {
        switch message {
        case .input(.sample(let kind, let packet)): add(kind, packet)
        case .input(.track(let track)):
            tracks[track.kind] = track
            // What follows is another stream, which begins with a key frame by itself.
            addOther(message)
        case .stop:
            // What waits is of no use any more.
            dropSamples()
            addOther(message)
        case .input(.ended), .sourceLost, .sourceResumed, .start, .ready, .report, .progress: addOther(message)
        }
    }

    /// Another process takes over: it is told what there is, and gets samples from where decoding can begin.
    mutating func restart() {
        dropSamples()
        let presence = waiting.last { $0 == .sourceLost || $0 == .sourceResumed }
        let ends = waiting.filter { message in
            switch message {
            case .input(.ended), .stop: true
            default: false
            }
        }
        waiting = presence.map { [$0] } ?? []
        for kind in MediaKind.allCases {
            if let track = tracks[kind] { waiting.append(.input(.track(track))) }
        }
        waiting += ends.prefix(2)
        needsKeyFrame = true
    }

    /// The publisher that was lost goes on: what it had announced still holds.
    mutating func resume() {
        addOther(.sourceResumed)
        for kind in MediaKind.allCases {
            if let track = tracks[kind] { addOther(.input(.track(track))) }
        }
        needsKeyFrame = true
    }

    /// Another publisher takes over: nothing is left of the one before.
    mutating func forgetTracks() {
        tracks = [:]
        restart()
    }

    private mutating func add(_ kind: MediaKind, _ packet: EncodedPacket) {
        guard SampleHeader.fits(packet) else {
            dropped += 1
            if kind == .video { needsKeyFrame = true }
            return
        }
        if kind == .video {
            if packet.isKeyFrame { needsKeyFrame = false }
            if needsKeyFrame {
                dropped += 1
                return
            }
        }
        if bytes + packet.data.count > Self.maximumBytes || samples >= Self.maximumSamples {
            dropSamples()
            guard kind == .audio || packet.isKeyFrame else {
                needsKeyFrame = true
                dropped += 1
                return
            }
            // A key frame is where decoding begins again; after sound it is still to come.
            needsKeyFrame = kind == .audio
        }
        waiting.append(.input(.sample(kind, packet)))
        bytes += packet.data.count
        samples += 1
    }

    private mutating func addOther(_ message: SessionMessage) {
        waiting.append(message)
        if waiting.count - first - samples > Self.maximumOthers { restart() }
    }

    private mutating func dropSamples() {
        dropped += samples
        waiting = waiting[first...].filter { if case .input(.sample) = $0 { false } else { true } }
        first = 0
        bytes = 0
        samples = 0
    }
}
