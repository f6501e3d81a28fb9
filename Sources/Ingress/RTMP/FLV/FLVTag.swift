/// The body of an audio or video message, taken apart: what codec, what part, and where the codec's bytes lie.
struct FLVTag: Hashable, Sendable {
    /// What the codec's bytes are.
    enum Part: Hashable, Sendable {
        /// The codec's header.
        case header
        /// A frame.
        case frame
        /// The stream is at its end, or stops for a while.
        case end
        /// Of no use to us: seek marks, colour information, channel maps, tracks beyond the first.
        case other
        /// Of a codec that cannot be taken, by name.
        case unsupported(String)
    }

    var part: Part
    /// Nil where the tag does not say.
    var format: InputTrack.Format?
    var isKeyFrame = false
    /// Milliseconds from the time of decoding to that of showing, as the publisher has it.
    var compositionOffset: Int32 = 0
    /// Where the codec's bytes lie in the message.
    var body = 0..<0

    /// A tag of no use.
    static let other = FLVTag(part: .other)
}
