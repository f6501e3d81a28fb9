/// Codecs by their numbers in classic tags (FLV 10.1 §E.4.2.1 and §E.4.3.1).
enum FLVCodec {
    static let h264: UInt8 = 7
    static let mp3: UInt8 = 2
    /// The sound format that says a FourCC follows (Enhanced RTMP v2).
    static let enhancedAudio: UInt8 = 9
    static let aac: UInt8 = 10
    static let mp3At8kHz: UInt8 = 14

    /// What follows by the packet type of H.264 and AAC.
    static func part(_ packetType: UInt8) -> FLVTag.Part {
        switch packetType {
        case 0: .header
        case 1: .frame
        case 2: .end
        default: .other
        }
    }

    /// A codec of pictures by name, for those who are told that it cannot be taken.
    static func videoName(_ number: UInt8) -> String {
        switch number {
        case 2: "Sorenson H.263"
        case 3: "Screen Video"
        case 4: "VP6"
        case 5: "VP6 with alpha"
        case 6: "Screen Video 2"
        case 12: "H.265 without a FourCC"
        default: "video codec \(number)"
        }
    }

    /// A codec of sound by name.
    static func audioName(_ number: UInt8) -> String {
        switch number {
        case 0, 3: "PCM"
        case 1: "ADPCM"
        case 4...6: "Nellymoser"
        case 7, 8: "G.711"
        case 11: "Speex"
        default: "audio codec \(number)"
        }
    }
}
