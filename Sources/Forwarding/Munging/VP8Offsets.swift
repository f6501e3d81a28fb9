/// What is added to the counters of VP8's payload descriptor within one segment (RFC 7741 §4.2).
struct VP8Offsets: Sendable, Hashable {
    /// Added to the picture id, modulo 2^15 or 2^7 by the packet's own width.
    var pictureID: UInt16 = 0
    /// Added to TL0PICIDX, modulo 2^8.
    var tl0PictureIndex: UInt8 = 0
    /// Added to KEYIDX, modulo 2^5.
    var keyIndex: UInt8 = 0
}
