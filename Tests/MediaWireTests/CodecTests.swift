import MediaWire
import Testing

@Suite struct CodecTests {
    @Test(arguments: Codec.allCases)
    func `names lead back to the codec in any case`(codec: Codec) {
        #expect(Codec(encodingName: codec.encodingName.lowercased()) == codec)
        #expect(Codec(encodingName: codec.encodingName.uppercased()) == codec)
        #expect(Codec(mimeType: codec.mimeType.uppercased()) == codec)
    }

    @Test(arguments: [
        (Codec.opus, "audio/opus"), (.red, "audio/red"), (.vp8, "video/VP8"), (.h264, "video/H264"),
        (.pcmu, "audio/PCMU"),
    ])
    func `mime types are spelled as LiveKit spells them`(codec: Codec, mimeType: String) {
        #expect(codec.mimeType == mimeType)
    }

    @Test(arguments: ["", "VP8", "audio/VP8", "video/", "video/VP8/x", "video/theora"])
    func `other mime types are no codec`(mimeType: String) {
        #expect(Codec(mimeType: mimeType) == nil)
    }
}
