import Media
import MediaWire
import Testing

/// What encoders make, in packets: each picture continues the one before, and none the one before that.
@Suite struct PictureContinuityOfEncodersTests {
    private static let formats: [(VideoEncoderConfiguration.Format, Codec)] = [
        (.h264(.baseline), .h264), (.vp8, .vp8), (.vp9, .vp9),
    ]

    @Test(arguments: 0..<formats.count) func `a picture that is missing shows`(index: Int) throws {
        let (format, codec) = Self.formats[index]
        let material = try EncodedMaterial(video: format, audio: nil, keyFrameInterval: 60, isLive: true)
        var packetizer = Packetizer(codec: codec, maximumPayloadSize: 300)
        let pictures = material.packets.map { item in
            let payloads = packetizer.packetize(frame: item.packet.data)
            return payloads.enumerated().map { place, payload in
                RTPPacket(
                    marker: place == payloads.count - 1,
                    payloadType: 96,
                    sequenceNumber: 0,
                    timestamp: 0,
                    ssrc: 1,
                    payload: payload
                )
            }
        }
        #expect(pictures.count == 90)
        var continuity = PictureContinuity()
        for (number, picture) in pictures.enumerated() where number + 2 < pictures.count {
            for packet in picture { continuity.passed(packet, codec: codec) }
            #expect(continuity.continues(with: pictures[number + 1][0], codec: codec, missing: 3), "\(number)")
            #expect(!continuity.continues(with: pictures[number + 2][0], codec: codec, missing: 3), "\(number)")
        }
    }
}
