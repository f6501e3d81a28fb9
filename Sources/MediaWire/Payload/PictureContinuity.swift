/// Tells whether a picture directly follows the one before, though sequence numbers are missing between them.
///
/// Numbers go missing without a loss where a sender pads: without retransmission streams (RFC 4588), libwebrtc probes the
/// bandwidth with packets of padding under the media's own numbers, between pictures, and never repeats one that got lost.
/// Whoever waits for it waits in vain, and whoever then believes a picture lost stands still until the next key frame.
///
/// The pictures' own numbers say better what is missing: those of the dependency descriptor where it was negotiated
/// (``DependencyDescriptorHead``), of VP8's and VP9's payloads (RFC 7741 §4.2, RFC 9628 §4.2), and H.264's `frame_num`
/// (H.264 §7.4.3) of streams in which others refer to every picture. Where it can't be told, the answer is no.
public struct PictureContinuity: Sendable {
    /// Where pictures have their numbers.
    private enum Scheme {
        case dependencyDescriptor, pictureID, frameNumber
    }

    /// A number that pictures carry.
    private struct Number {
        var scheme: Scheme
        var value: UInt32
        /// How many values there are before they begin anew.
        var count: UInt32
        /// Whether the numbers begin anew with it, so that it follows anything.
        var beginsAnew: Bool

        init(_ scheme: Scheme, _ value: UInt32, bits: Int, beginsAnew: Bool = false) {
            self.scheme = scheme
            self.value = value
            self.beginsAnew = beginsAnew
            count = 1 << UInt32(bits)
        }

        /// What the next picture carries.
        var successor: UInt32 { (value + 1) % count }
    }

    /// The number of the dependency descriptor among the header's extensions; nil where it was not negotiated.
    public var dependencyDescriptor: UInt8?
    /// The number of the picture whose packets pass now.
    private var current: Number?
    /// Whether the last packet ended it.
    private var isEnded = false
    /// Bits of `frame_num`, from the last H.264 sequence parameter set; nil before one, and where slices are of fields or
    /// of single colours.
    private var frameNumberBits: Int?
    /// Whether an H.264 picture has passed that nobody refers to: the next has the same number, and such a one may be missing.
    private var hasUncounted = false

    /// Nothing has passed yet.
    public init() {}

    /// Takes in the packet whose turn it is.
    public mutating func passed(_ packet: RTPPacket, codec: Codec) {
        // Padding is no part of a picture.
        guard !packet.payload.isEmpty else { return }
        if codec == .h264, let parameters = H264SequenceParameters.first(in: packet.payload) {
            let isPlain = !parameters.hasFields && !parameters.hasSeparatePlanes
            frameNumberBits = isPlain ? parameters.frameNumberBits : nil
        }
        let head = head(of: packet)
        // The packets after the first of an H.264 picture do not all carry its number.
        if isEnded || startsPicture(packet, head, codec) { current = nil }
        let number = number(of: packet, head, codec)
        if number == nil, head == nil, codec == .h264 { noteUncounted(packet.payload) }
        current = number ?? current
        isEnded = head?.endsFrame ?? packet.marker
    }

    /// Whether nothing but padding can be in the `missing` packets between the last that passed and this one.
    public func continues(with packet: RTPPacket, codec: Codec, missing: Int) -> Bool {
        let head = head(of: packet)
        guard isEnded, let current, startsPicture(packet, head, codec), let next = number(of: packet, head, codec),
            !next.beginsAnew, next.scheme == current.scheme, next.count == current.count
        else { return false }
        // With as many packets missing as there are numbers, the same number may be that of another picture.
        return next.value == current.successor && missing < Int(current.count)
    }

    private func head(of packet: RTPPacket) -> DependencyDescriptorHead? {
        guard let dependencyDescriptor, !packet.payload.isEmpty else { return nil }
        return packet.extensions.value(of: dependencyDescriptor).flatMap { DependencyDescriptorHead(decoding: $0) }
    }

    private func startsPicture(_ packet: RTPPacket, _ head: DependencyDescriptorHead?, _ codec: Codec) -> Bool {
        head?.startsFrame ?? startsFrame(codec: codec, payload: packet.payload)
    }

    private func number(of packet: RTPPacket, _ head: DependencyDescriptorHead?, _ codec: Codec) -> Number? {
        if let head { return Number(.dependencyDescriptor, UInt32(head.frameNumber), bits: 16) }
        return number(of: packet.payload, codec: codec)
    }

    private mutating func noteUncounted(_ payload: [UInt8]) {
        guard let frameNumberBits else { return }
        let slice = H264SliceHeader.first(in: payload, frameNumberBits: frameNumberBits)
        if let slice, !slice.isReference { hasUncounted = true }
    }

    private func number(of payload: [UInt8], codec: Codec) -> Number? {
        switch codec {
        case .vp8:
            guard let descriptor = try? VP8Descriptor.parse(payload).descriptor, let id = descriptor.pictureID else {
                return nil
            }
            return Number(.pictureID, UInt32(id), bits: descriptor.hasWidePictureID ? 15 : 7)
        case .vp9:
            guard let descriptor = try? VP9Descriptor(parsing: payload), let id = descriptor.pictureID else {
                return nil
            }
            return Number(.pictureID, UInt32(id), bits: descriptor.hasWidePictureID ? 15 : 7)
        case .h264:
            guard let frameNumberBits, !hasUncounted,
                let slice = H264SliceHeader.first(in: payload, frameNumberBits: frameNumberBits), slice.isReference
            else { return nil }
            return Number(.frameNumber, slice.frameNumber, bits: frameNumberBits, beginsAnew: slice.isIDR)
        case .h265, .av1, .opus, .red, .pcmu, .pcma: return nil
        }
    }
}
