internal import MediaWire

extension FLVTag {
    /// Frame types (FLV 10.1 §E.4.3.1).
    private enum FrameType {
        static let key: UInt8 = 1
        static let generatedKey: UInt8 = 4
        static let command: UInt8 = 5
    }

    /// Packet types of pictures alone (Enhanced RTMP v2, "VideoPacketType").
    private enum VideoPacketType {
        /// Frames whose composition offset is 0 and left out.
        static let codedFramesX: UInt8 = 3
        static let multitrack: UInt8 = 6
    }

    /// Reads the body of a video message; one without any bytes is of no use.
    static func video(_ payload: [UInt8]) throws(WireError) -> FLVTag {
        guard let first = payload.first else { return .other }
        var reader = ByteReader(payload, in: 1..<payload.count, structure: "FLV video tag")
        return first & 0x80 == 0
            ? try classicVideo(first, payload.count, &reader)
            : try enhancedVideo(first, payload, &reader)
    }

    /// A tag with a codec's number.
    private static func classicVideo(
        _ first: UInt8,
        _ end: Int,
        _ reader: inout ByteReader
    ) throws(WireError) -> FLVTag {
        let (frameType, codec) = (first >> 4, first & 0x0F)
        guard frameType != FrameType.command else { return .other }
        guard codec == FLVCodec.h264 else { return FLVTag(part: .unsupported(FLVCodec.videoName(codec))) }
        // A tag of one byte or two is how some encoders say that they have nothing to say.
        guard reader.remaining >= 4 else { return .other }
        let part = FLVCodec.part(try reader.readUInt8())
        let offset = Int32(bitPattern: try reader.readUInt24() << 8) >> 8
        return FLVTag(
            part: part,
            format: .h264,
            isKeyFrame: isKey(frameType),
            compositionOffset: offset,
            body: reader.position..<end
        )
    }

    /// A tag with a FourCC.
    private static func enhancedVideo(
        _ first: UInt8,
        _ payload: [UInt8],
        _ reader: inout ByteReader
    ) throws(WireError) -> FLVTag {
        let frameType = first >> 4 & 0x07
        guard frameType != FrameType.command else { return .other }
        let packet = try EnhancedPacket(type: first & 0x0F, multitrack: VideoPacketType.multitrack, &reader)
        guard let body = packet.body else { return .other }
        guard let format = packet.fourCC.format, format.kind == .video else {
            return FLVTag(part: .unsupported(packet.fourCC.text))
        }
        var tag = FLVTag(part: .other, format: format, isKeyFrame: isKey(frameType), body: body)
        switch packet.type {
        case EnhancedPacket.PacketType.sequenceStart: tag.part = .header
        case EnhancedPacket.PacketType.sequenceEnd: tag.part = .end
        case VideoPacketType.codedFramesX: tag.part = .frame
        case EnhancedPacket.PacketType.codedFrames:
            tag.part = .frame
            if format == .h264 || format == .h265 {
                var reader = ByteReader(payload, in: body, structure: "FLV video tag")
                tag.compositionOffset = Int32(bitPattern: try reader.readUInt24() << 8) >> 8
                tag.body = reader.position..<body.upperBound
            }
        default: break
        }
        return tag
    }

    private static func isKey(_ frameType: UInt8) -> Bool {
        frameType == FrameType.key || frameType == FrameType.generatedKey
    }
}
