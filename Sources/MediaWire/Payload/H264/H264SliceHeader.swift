/// The front of an H.264 slice (H.264 §7.3.3), as far as it numbers its picture.
struct H264SliceHeader: Hashable {
    /// `frame_num`.
    var frameNumber: UInt32
    /// Whether other pictures may refer to this one.
    var isReference: Bool
    /// Whether it is of an IDR picture, with which the numbers begin anew.
    var isIDR: Bool

    /// The most bytes that are looked at: three Exp-Golomb codes and sixteen bits, with what is between to escape them.
    private static let longest = 32

    /// The slice that begins in an RTP payload; nil when none begins there, or only a damaged one.
    ///
    /// - Parameter frameNumberBits: the length of `frame_num`, from the sequence parameter set.
    static func first(in payload: [UInt8], frameNumberBits: Int) -> H264SliceHeader? {
        for piece in (try? H264Payload.pieces(payload)) ?? [] {
            let (header, contents) =
                switch piece {
                case .unit(let range): (payload[range.lowerBound], range.dropFirst())
                case .fragment(let header, let isFirst, _, let range): (header, isFirst ? range : range.prefix(0))
                }
            let type = H264Payload.type(header)
            guard type == H264Payload.UnitType.slice || type == H264Payload.UnitType.idrSlice else { continue }
            return try? H264SliceHeader(header, payload[contents.prefix(longest)], frameNumberBits: frameNumberBits)
        }
        return nil
    }

    private init(_ header: UInt8, _ contents: ArraySlice<UInt8>, frameNumberBits: Int) throws(WireError) {
        var reader = BitReader(AnnexB.unescaped(contents))
        _ = try reader.readUnsignedExpGolomb()  // first_mb_in_slice
        _ = try reader.readUnsignedExpGolomb()  // slice_type
        _ = try reader.readUnsignedExpGolomb()  // pic_parameter_set_id
        frameNumber = try reader.readBits(frameNumberBits)
        isReference = header & 0x60 != 0
        isIDR = H264Payload.type(header) == H264Payload.UnitType.idrSlice
    }
}
