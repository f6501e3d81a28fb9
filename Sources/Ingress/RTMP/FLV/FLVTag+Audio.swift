internal import MediaWire

extension FLVTag {
    /// The packet type that says there are several tracks (Enhanced RTMP v2, "AudioPacketType").
    private static let audioMultitrack: UInt8 = 5

    /// Reads the body of an audio message; one without any bytes is of no use.
    static func audio(_ payload: [UInt8]) throws(WireError) -> FLVTag {
        guard let first = payload.first else { return .other }
        let rest = 1..<payload.count
        switch first >> 4 {
        case FLVCodec.mp3, FLVCodec.mp3At8kHz:
            return rest.isEmpty ? .other : FLVTag(part: .frame, format: .mp3, isKeyFrame: true, body: rest)
        case FLVCodec.aac:
            // A tag of one byte is how some encoders say that they have nothing to say.
            guard !rest.isEmpty else { return .other }
            return FLVTag(part: FLVCodec.part(payload[1]), format: .aac, isKeyFrame: true, body: 2..<payload.count)
        case FLVCodec.enhancedAudio:
            var reader = ByteReader(payload, in: rest, structure: "FLV audio tag")
            return enhancedAudio(try EnhancedPacket(type: first & 0x0F, multitrack: audioMultitrack, &reader))
        case let codec: return FLVTag(part: .unsupported(FLVCodec.audioName(codec)))
        }
    }

    private static func enhancedAudio(_ packet: EnhancedPacket) -> FLVTag {
        guard let body = packet.body else { return .other }
        guard let format = packet.fourCC.format, format.kind == .audio else {
            return FLVTag(part: .unsupported(packet.fourCC.text))
        }
        let part: Part =
            switch packet.type {
            case EnhancedPacket.PacketType.sequenceStart: .header
            case EnhancedPacket.PacketType.codedFrames: .frame
            case EnhancedPacket.PacketType.sequenceEnd: .end
            default: .other
            }
        return FLVTag(part: part, format: format, isKeyFrame: true, body: body)
    }
}
