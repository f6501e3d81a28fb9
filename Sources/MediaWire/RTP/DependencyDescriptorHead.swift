/// The fields that every dependency descriptor begins with (AV1 RTP specification, appendix A.8.3).
///
/// The descriptor is an extension of the RTP header that any codec may have. libwebrtc leaves the number of the picture out of
/// VP8's and VP9's own descriptors when it sends this one.
public struct DependencyDescriptorHead: Sendable, Hashable {
    /// Bytes they take.
    public static let length = 3

    /// Whether the packet is the first of its frame.
    public let startsFrame: Bool
    /// Whether it is the last.
    public let endsFrame: Bool
    /// The template that says what the frame depends on, 0 through 63.
    public let template: UInt8
    /// The number of the frame.
    public let frameNumber: UInt16

    /// Reads an extension's value; nil if it is too short.
    public init?(decoding value: some RandomAccessCollection<UInt8>) {
        guard value.count >= Self.length else { return nil }
        let bytes = Array(value.prefix(Self.length))
        startsFrame = bytes[0] & 0x80 != 0
        endsFrame = bytes[0] & 0x40 != 0
        template = bytes[0] & 0x3F
        frameNumber = bytes.bigEndianUInt16(at: 1)
    }
}
