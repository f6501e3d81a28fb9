/// Tells whether a picture directly follows the one before, though sequence numbers are missing between them.
///
/// Numbers go missing without a loss where a sender pads: without retransmission streams (RFC 4588), libwebrtc probes the
/// bandwidth with packets of padding under the media's own numbers, between pictures, and never repeats one that got lost.
/// Whoever waits for it waits in vain, and whoever then believes a picture lost stands still until the next key frame.
///
/// Payloads say better what is missing: VP8 and VP9 number their pictures (RFC 7741 §4.2, RFC 9628 §4.2), and H.264 numbers
/// those that others refer to (`frame_num`, H.264 §7.4.3). Of H.265 and AV1 it can't be told, and where it can't, the answer is
/// no.
public struct PictureContinuity: Sendable {
    /// A number that pictures carry.
    private struct Number {
        var value: UInt32
        /// How many values there are before they begin anew.
        var count: UInt32
        /// What the picture after this one carries, if no picture is missing that others refer to.
        var successor: UInt32
        /// Whether the numbers begin anew with it, so that it follows anything.
        var beginsAnew: Bool

        init(value: UInt32, count: UInt32, successor: UInt32, beginsAnew: Bool) {
            self.value = value
            self.count = count
            self.successor = successor
            self.beginsAnew = beginsAnew
        }

        init(pictureID: UInt16, isWide: Bool) {
            count = isWide ? 1 << 15 : 1 << 7
            value = UInt32(pictureID)
            successor = (value + 1) % count
            beginsAnew = false
        }
    }

    /// The number of the picture whose packets pass now.
    private var current: Number?
    /// Whether the last packet ended it.
    private var isEnded = false
    /// Bits of `frame_num`, from the last H.264 sequence parameter set; nil before one, and where slices are of fields or
    /// of single colours.
    private var frameNumberBits: Int?

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
        // The packets after the first of an H.264 picture do not all carry its number.
        if isEnded || startsFrame(codec: codec, payload: packet.payload) { current = nil }
        current = number(of: packet.payload, codec: codec) ?? current
        isEnded = packet.marker
    }

    /// Whether nothing but padding can be in the `missing` packets between the last that passed and this one.
    public func continues(with packet: RTPPacket, codec: Codec, missing: Int) -> Bool {
        guard isEnded, let current, startsFrame(codec: codec, payload: packet.payload),
            let next = number(of: packet.payload, codec: codec), !next.beginsAnew, next.count == current.count
        else { return false }
        // With as many packets missing as there are numbers, the same number may be that of another picture.
        return next.value == current.successor && missing < Int(current.count)
    }

    private func number(of payload: [UInt8], codec: Codec) -> Number? {
        switch codec {
        case .vp8:
            guard let descriptor = try? VP8Descriptor.parse(payload).descriptor, let id = descriptor.pictureID else {
                return nil
            }
            return Number(pictureID: id, isWide: descriptor.hasWidePictureID)
        case .vp9:
            guard let descriptor = try? VP9Descriptor(parsing: payload), let id = descriptor.pictureID else {
                return nil
            }
            return Number(pictureID: id, isWide: descriptor.hasWidePictureID)
        case .h264:
            guard let frameNumberBits,
                let slice = H264SliceHeader.first(in: payload, frameNumberBits: frameNumberBits)
            else { return nil }
            let count: UInt32 = 1 << UInt32(frameNumberBits)
            let successor = slice.isReference ? (slice.frameNumber + 1) % count : slice.frameNumber
            return Number(
                value: slice.frameNumber,
                count: count,
                successor: successor,
                beginsAnew: slice.isIDR
            )
        case .h265, .av1, .opus, .red, .pcmu, .pcma: return nil
        }
    }
}
