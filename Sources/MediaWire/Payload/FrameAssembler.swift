/// Puts frames together from the packets of one stream, in the order of their sequence numbers.
///
/// A jitter buffer feeds it. A frame is put out only when all its packets were there: from the packet that begins it, by
/// what the payload says, to the one with the marker, or to the last before the timestamp changes. When a packet is
/// missing, the frame it is of is dropped; which one that is cannot always be known, so packets are dropped up to the
/// next that begins a frame, and the frame put out next is not marked intact.
public struct FrameAssembler: Sendable {
    /// Bytes of one frame; a 4K key frame of a screen is about two million.
    public static let maximumFrameBytes = 8 << 20
    /// Packets of one frame.
    public static let maximumFramePackets = 8_192

    /// The codec of the stream.
    public let codec: Codec
    // One of the two is there. They are no enum, for its payload could not be changed in place.
    private var audio: AudioAssembler?
    private var video: VideoAssembler?
    private var lastSequence: Int64?

    /// An assembler for a stream of `codec` that has not begun.
    public init(codec: Codec) {
        self.codec = codec
        switch codec.kind {
        case .audio: audio = AudioAssembler(isRedundant: codec == .red)
        case .video: video = VideoAssembler(codec: codec)
        }
    }

    /// Takes in the next packet, and returns the frames that are complete with it: usually none or one.
    ///
    /// Two or more come out when the packet shows that the frame before it has ended, or when redundant audio makes up
    /// for lost packets. A packet that is older than the newest one taken in is passed over.
    public mutating func push(_ packet: RTPPacket, extendedSequence sequence: Int64) -> [AssembledFrame] {
        let missing = lastSequence.map { sequence - $0 - 1 } ?? 0
        guard missing >= 0 else { return [] }
        lastSequence = sequence
        return audio?.push(packet, sequence: sequence, missing: missing)
            ?? video?.push(packet, sequence: sequence, missing: missing) ?? []
    }
}
