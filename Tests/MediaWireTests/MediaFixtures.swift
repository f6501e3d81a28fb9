import MediaWire

/// First bytes of key frames that x264, x265, libvpx and SVT-AV1 made of a test picture.
enum MediaFixtures {
    static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.compactMap { $0.hexDigitValue.map(UInt8.init) }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    static let h264SequenceParameters720p = bytes("6764001facd9405005bb0110000003001000000300a0f1831960")
    static let h264SequenceParameters360p = bytes("67640016acd940a02ff970110000030001000003000a0f162d96")
    static let h264SequenceParameters240p = bytes("67640015acd941b1fe4f0110000003001000000300a0f162d960")
    static let h264BaselineParameters360p = bytes("6742c016d900a02ff970110000030001000003000a0f162e48")
    static let h264PictureParameters = bytes("68ebe3cb22c0")
    static let h265VideoParameters = bytes("40010c01ffff01600000030090000003000003003c959809")
    static let h265SequenceParameters240p = bytes(
        "42010101600000030090000003000003003ca00d880f1c9e5959a4932bc05a020000030002000003000a10"
    )
    static let h265PictureParameters = bytes("4401c172b46240")
    static let vp8KeyFrame240p = bytes("5068009d012aaa01f0000007088585888584880202230d3e77a4f6b358de1d")
    static let vp9KeyFrame240p = bytes("82498342001a900ef60838241c184a0009207fd9f9be8be771fabf8fef19f9")
    static let av1SequenceHeader240p = bytes("0a0b000000043ea7bcfbf90040")

    /// A frame of `codec` in the form assemblers put out, with contents from `generator`.
    static func frame(_ codec: Codec, isKey: Bool, size: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        // Neither zeros nor markers of their own.
        let filling = generator.bytes(max(size, 1)).map { $0 | 0x11 }
        let code: [UInt8] = [0, 0, 0, 1]
        switch codec {
        case .vp8: return isKey ? vp8KeyFrame240p + filling : [0x51] + filling
        case .vp9: return isKey ? vp9KeyFrame240p + filling : [0x86] + filling
        case .h264:
            let slice: [UInt8] = [isKey ? 0x65 : 0x41, 0x88] + filling
            let parameters = code + h264SequenceParameters240p + code + h264PictureParameters
            return (isKey ? parameters : []) + code + slice + code + [isKey ? 0x65 : 0x41, 0x40] + filling
        case .h265:
            let slice: [UInt8] = [isKey ? 0x26 : 0x02, 0x01, 0x88] + filling
            let parameters =
                code + h265VideoParameters + code + h265SequenceParameters240p + code + h265PictureParameters
            return (isKey ? parameters : []) + code + slice
        case .av1:
            var frame: [UInt8] = isKey ? av1SequenceHeader240p : []
            frame.append(0x32)
            var count = filling.count + 1
            while count >= 0x80 {
                frame.append(UInt8(count & 0x7F) | 0x80)
                count >>= 7
            }
            return frame + [UInt8(count), isKey ? 0x10 : 0x30] + filling
        case .opus, .red, .pcmu, .pcma: return filling
        }
    }
}
