import Media
import MediaWire
import RoomClient

/// The way of sound from the source's packets to the room's: decoded, brought to 48 kHz and the channels asked for, cut into
/// blocks of 20 ms, encoded as Opus.
struct AudioLine: ~Copyable {
    private static let rate = 48_000

    /// What the source's sound is; nil before its first frame.
    private(set) var sourceLayout: AudioLayout?

    private let encoding: IngressEncoding.Audio
    private let clock: SessionClock
    private var track: InputTrack?
    private var decoder: AudioDecoder?
    private var encoder: AudioEncoder
    private var blocks: AudioBlocks
    private var gate = SilenceGate()

    init(encoding: IngressEncoding.Audio, clock: SessionClock) throws(MediaError) {
        self.encoding = encoding
        self.clock = clock
        let layout = AudioLayout(sampleRate: Self.rate, channels: encoding.channels)
        encoder = try AudioEncoder(
            AudioEncoderConfiguration(format: .opus, layout: layout, bitrate: encoding.bitrate)
        )
        blocks = AudioBlocks(channels: encoding.channels)
    }

    /// The source's sound is of this kind from now on; saying the same again changes nothing.
    mutating func open(_ track: InputTrack) throws(MediaError) {
        guard track != self.track else { return }
        self.track = nil
        decoder = try AudioDecoder(
            parameters: StreamParameters(track.streamDescription),
            sampleRate: Self.rate,
            channels: encoding.channels
        )
        self.track = track
    }

    /// The packets that a packet of the source completes; `time` is when it is heard.
    mutating func encode(_ data: [UInt8], at time: Instant) throws(MediaError) -> [EncodedFrame] {
        let pts = MediaTime(value: time.nanoseconds, timescale: 1_000_000_000)
        var frames: [EncodedFrame] = []
        let sounds = try decoder?.decode(data, pts: pts) ?? []
        sourceLayout = decoder?.sourceLayout
        for sound in sounds {
            // The decoder's times count 48000 ticks a second of the machine's clock.
            let heard = sound.pts.map { Instant(nanoseconds: $0.nanoseconds) } ?? time
            let position = clock.ticks(at: heard, rate: Self.rate)
            for block in blocks.append(sound, at: position) { frames += try encode(block) }
        }
        return frames
    }

    /// Silence up to `time`, for as long as there is no source.
    mutating func silence(until time: Instant) throws(MediaError) -> [EncodedFrame] {
        var frames: [EncodedFrame] = []
        for block in blocks.silence(until: clock.ticks(at: time, rate: Self.rate)) { frames += try encode(block) }
        return frames
    }

    private mutating func encode(_ block: AudioBlocks.Block) throws(MediaError) -> [EncodedFrame] {
        let level = AudioLevel(of: block.sound)
        let time = clock.instant(ofTick: block.position, rate: Self.rate)
        let packets = try encoder.encode(block.sound)
        guard gate.admits(level) || !encoding.hasDTX else { return [] }
        return packets.map { packet in
            EncodedFrame(
                data: packet.data,
                timestamp: clock.rtpTimestamp(at: time, rate: Self.rate),
                audioLevel: level,
                capturedAt: clock.wallClock(at: time)
            )
        }
    }
}
