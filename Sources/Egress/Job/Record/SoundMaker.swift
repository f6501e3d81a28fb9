import Compositor
import Logging
import Media
import MediaWire
import RoomClient

/// Decodes everybody's sound and mixes it, up to an instant at a time.
struct SoundMaker: ~Copyable {
    private let inputs: RecorderInputs
    private let origin: Instant
    private let logger: Logger
    private var mixer = AudioMixer()
    private var tracks: [String: DecodedTrack] = [:]

    init(inputs: RecorderInputs, origin: Instant, logger: Logger) {
        self.inputs = inputs
        self.logger = logger
        self.origin = origin
    }

    /// The mixed sound that follows what was returned before, up to `time` or a block short of it.
    mutating func mix(until time: Instant) -> [AudioFrame] {
        let sounds = inputs.takeSounds()
        for (id, sound) in sounds {
            for item in sound.track.take(before: time) { add(item, of: id, to: sound.channel.position) }
        }
        for id in tracks.keys where sounds[id] == nil {
            tracks[id] = nil
            mixer.remove(AudioSourceID(id))
        }
        return mixer.mix(upTo: outputSample(of: time))
    }

    /// The rest of the sound, up to `time`.
    mutating func finish(at time: Instant) -> [AudioFrame] {
        mixer.finish(at: outputSample(of: time))
    }

    private mutating func add(_ item: AudioTrack.Item, of id: String, to position: PanPosition) {
        let sample = item.sample
        do {
            if tracks[id]?.codec != sample.codec { tracks[id] = try DecodedTrack(codec: sample.codec) }
            guard let track = tracks[id] else { return }
            for placement in try track.decode(sample, wanted: outputSample(of: item.time)) {
                mixer.add(placement.frame.panned(to: position), from: AudioSourceID(id), at: placement.start)
            }
        } catch {
            logger.debug("a packet of sound cannot be decoded", metadata: ["track": "\(id)", "reason": "\(error)"])
        }
    }

    private func outputSample(of time: Instant) -> Int64 {
        let elapsed = (time - origin).nanoseconds
        let rate = Int64(mixer.layout.sampleRate)
        return elapsed / 1_000_000_000 * rate + elapsed % 1_000_000_000 * rate / 1_000_000_000
    }
}

/// One track's decoder and its place on the output's grid.
private final class DecodedTrack {
    /// Samples at 48 kHz by which decoded Opus lags the sound that went into the encoder: 6.5 ms, libopus's look-
    /// ahead, which its header calls pre-skip (RFC 7845 §4.2).
    ///
    /// RTP timestamps do not account for it.
    private static let opusLookahead: Int64 = 312

    let codec: Codec
    private var decoder: AudioDecoder
    private var timeline = SourceTimeline()

    init(codec: Codec) throws(MediaError) {
        self.codec = codec
        decoder = try AudioDecoder(codec: codec)
    }

    /// The sound of one packet, whose first sample belongs at `wanted`.
    func decode(_ sample: EncodedSample, wanted: Int64) throws(MediaError) -> [SourceTimeline.Placement] {
        let pts = MediaTime(value: sample.timestamp, timescale: Int32(clamping: max(1, sample.clockRate)))
        var wanted = wanted - (codec == .opus ? Self.opusLookahead : 0)
        var placements: [SourceTimeline.Placement] = []
        for frame in try decoder.decode(sample.data, pts: pts) {
            placements += timeline.place(frame, at: wanted)
            wanted += Int64(frame.count)
        }
        return placements
    }
}

extension AudioChannel {
    fileprivate var position: PanPosition {
        switch self {
        case .both: .middle
        case .left: .left
        case .right: .right
        }
    }
}
