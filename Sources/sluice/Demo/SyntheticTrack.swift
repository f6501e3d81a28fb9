import LiveKitProtocol
import Media
import MediaWire
import RoomClient

/// Encodes pictures into the layers of one published track.
struct SyntheticVideoTrack: ~Copyable {
    /// Frames a second.
    static let framesPerSecond = 25
    /// Small and large layer: the sizes that LiveKit's clients publish of a 640 × 360 camera.
    static let layers = [
        LocalTrackDescription.Layer(rid: "q", width: 320, height: 180, bitrate: 150_000),
        LocalTrackDescription.Layer(rid: "h", width: 640, height: 360, bitrate: 500_000),
    ]

    let track: LocalTrack
    private var source: PictureSource
    private var small: VideoEncoder
    private var large: VideoEncoder
    private let pool: VideoFramePool
    private let requests = KeyFrameRequests()
    private var number: Int64 = 0

    init(track: LocalTrack, source: consuming PictureSource) throws(MediaError) {
        let small = try Self.encoder(Self.layers[0])
        let large = try Self.encoder(Self.layers[1])
        self.track = track
        self.source = source
        self.small = small
        self.large = large
        pool = VideoFramePool(width: Self.layers[0].width, height: Self.layers[0].height)
        track.onKeyFrameRequest { [requests] in requests.add(rid: $0) }
    }

    /// Encodes and sends the next picture.
    mutating func step(start: WallClock) throws(MediaError) {
        let seconds = Double(number) / Double(Self.framesPerSecond)
        let picture = try source.frame(at: seconds)
        let wanted = requests.take()
        if wanted.contains("q") || wanted.contains("") { small.forceKeyFrame() }
        if wanted.contains("h") || wanted.contains("") { large.forceKeyFrame() }
        var reduced = pool.makeBuffer(color: picture.color)
        reduced.withMutablePlanes { target in picture.withPlanes { VideoScaler.scale($0, into: target) } }
        let packets = [
            ("q", try small.encode(reduced.freeze(), pts: number)), ("h", try large.encode(picture, pts: number)),
        ]
        for (rid, encoded) in packets {
            for packet in encoded {
                let frame = EncodedFrame(
                    data: packet.data,
                    timestamp: UInt32(truncatingIfNeeded: packet.pts * 90_000 / Int64(Self.framesPerSecond)),
                    isKeyFrame: packet.isKeyFrame,
                    capturedAt: start + .seconds(Double(packet.pts) / Double(Self.framesPerSecond))
                )
                track.write(frame, layer: rid)
            }
        }
        number += 1
    }

    private static func encoder(_ layer: LocalTrackDescription.Layer) throws(MediaError) -> VideoEncoder {
        var configuration = VideoEncoderConfiguration(
            format: .h264(.baseline),
            width: layer.width,
            height: layer.height,
            framesPerSecond: framesPerSecond,
            bitrate: layer.bitrate
        )
        configuration.preset = "ultrafast"
        configuration.threads = 1
        configuration.isLowLatency = true
        configuration.keyFrameInterval = 10
        return try VideoEncoder(configuration)
    }
}

/// Encodes a tone into one published track.
struct SyntheticAudioTrack: ~Copyable {
    let track: LocalTrack
    private let source: ToneSource
    private var encoder: AudioEncoder
    private var position = 0

    init(track: LocalTrack, source: ToneSource) throws(MediaError) {
        let layout = AudioLayout(sampleRate: ToneSource.sampleRate, channels: 1)
        encoder = try AudioEncoder(AudioEncoderConfiguration(format: .opus, layout: layout, bitrate: 32_000))
        self.track = track
        self.source = source
    }

    /// Encodes and sends the next 20 ms.
    mutating func step(start: WallClock) throws(MediaError) {
        let (sound, level) = source.block(at: position)
        position += ToneSource.block
        for packet in try encoder.encode(sound) {
            let frame = EncodedFrame(
                data: packet.data,
                timestamp: UInt32(truncatingIfNeeded: packet.pts),
                audioLevel: level,
                capturedAt: start + .seconds(Double(packet.pts) / Double(ToneSource.sampleRate))
            )
            track.write(frame)
        }
    }
}
