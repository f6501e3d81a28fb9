/// Splits frames into RTP payloads, as senders of a track need them.
public struct Packetizer: Sendable {
    /// A payload of this size leaves room for RTP's header and extensions, SRTP's tag, and headers below, within the
    /// 1280 bytes every IPv6 path takes.
    public static let defaultMaximumPayloadSize = 1_100

    /// The codec of the stream.
    public let codec: Codec
    /// The largest payload that is made.
    public let maximumPayloadSize: Int
    /// The number of the next picture, 15 bits, for VP8 and VP9.
    private var pictureID: UInt16
    private var tl0PictureIndex: UInt8 = 0

    /// A packetizer for a stream of `codec`.
    ///
    /// Redundant audio is not made here but with ``REDPacket``, for its payloads depend on earlier packets.
    ///
    /// - Parameter pictureID: The number of the first picture of VP8 and VP9; RFC 7741 wants a random one.
    public init(
        codec: Codec,
        maximumPayloadSize: Int = Packetizer.defaultMaximumPayloadSize,
        pictureID: UInt16 = 0
    ) {
        precondition(codec != .red, "payloads of redundant audio are made with REDPacket")
        precondition(maximumPayloadSize >= 64, "payloads below 64 bytes are mostly headers")
        self.codec = codec
        self.maximumPayloadSize = maximumPayloadSize
        self.pictureID = pictureID & 0x7FFF
    }

    /// The payloads of one frame, in order; the last one's packet has the marker for video.
    ///
    /// Frames have the form that ``FrameAssembler`` puts out. An empty frame has no payloads, nor has AV1 that cannot
    /// be read.
    public mutating func packetize(frame: [UInt8]) -> [[UInt8]] {
        guard !frame.isEmpty else { return [] }
        switch codec {
        case .opus, .red, .pcmu, .pcma: return [frame]
        case .vp8: return packetizeVP8(frame)
        case .vp9: return packetizeVP9(frame)
        case .h264: return H264Payload.packetize(frame, maximumSize: maximumPayloadSize)
        case .h265: return H265Payload.packetize(frame, maximumSize: maximumPayloadSize)
        case .av1: return AV1Payload.packetize(frame, maximumSize: maximumPayloadSize)
        }
    }

    private mutating func packetizeVP8(_ frame: [UInt8]) -> [[UInt8]] {
        var descriptor = VP8Descriptor()
        descriptor.pictureID = pictureID
        descriptor.hasWidePictureID = true
        pictureID = (pictureID + 1) & 0x7FFF
        return Self.chunks(of: frame.count, maximum: maximumPayloadSize - descriptor.length).map { range in
            descriptor.startsPartition = range.lowerBound == 0
            return descriptor.serialized() + frame[range]
        }
    }

    private mutating func packetizeVP9(_ frame: [UInt8]) -> [[UInt8]] {
        let size = try? VP9FrameHeader.keyFrameSize(frame, from: 0)
        defer { pictureID = (pictureID + 1) & 0x7FFF }
        tl0PictureIndex &+= 1
        let maximum = maximumPayloadSize - VP9Payload.maximumDescriptorLength
        return Self.chunks(of: frame.count, maximum: maximum).map { range in
            VP9Payload.descriptor(
                pictureID: pictureID,
                tl0PictureIndex: tl0PictureIndex,
                isKeyFrame: size != nil,
                starts: range.lowerBound == 0,
                ends: range.upperBound == frame.count,
                size: size.map { VP9Descriptor.Size(width: UInt16($0.width), height: UInt16($0.height)) }
            ) + frame[range]
        }
    }

    /// Ranges that cover `count` bytes in the fewest pieces of at most `maximum`, all about as long.
    static func chunks(of count: Int, maximum: Int) -> [Range<Int>] {
        let pieces = (count + maximum - 1) / maximum
        return (0..<pieces).map { count * $0 / pieces..<count * ($0 + 1) / pieces }
    }
}
