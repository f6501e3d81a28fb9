import Media
import MediaWire
import Testing

@testable import Ingress

@Suite("FLV to input events")
struct FLVDemuxerTests {
    static let h264 = InputTrack(format: .h264, header: MediaTags.avcC, width: 64, height: 48)
    static let aac = InputTrack(format: .aac, header: MediaTags.aacConfig, sampleRate: 44_100, channels: 1)

    @Test("a stream is announced once, and again when it has changed or had ended")
    func announcing() throws {
        var demuxer = FLVDemuxer()
        #expect(try demuxer.receiveVideo(MediaTags.avcHeader, at: 0) == [.track(Self.h264)])
        #expect(try demuxer.receiveVideo(MediaTags.avcHeader, at: 5) == [])
        let opus = MediaTags.enhanced(0x90, "Opus", MediaTags.opusHead)
        #expect(try demuxer.receiveAudio(MediaTags.aacHeader, at: 0) == [.track(Self.aac)])
        let track = InputTrack(format: .opus, header: MediaTags.opusHead, sampleRate: 48_000, channels: 2)
        #expect(try demuxer.receiveAudio(opus, at: 9) == [.track(track)])
        // Frames of the old codec are nobody's.
        #expect(try demuxer.receiveAudio(MediaTags.aacFrame, at: 10) == [])
        #expect(try demuxer.receiveVideo(MediaTags.avcEnd, at: 10) == [])
        #expect(try demuxer.receiveVideo(MediaTags.avcFrame(isKey: true), at: 11) == [])
        #expect(try demuxer.receiveVideo(MediaTags.avcHeader, at: 12) == [.track(Self.h264)])
    }

    @Test("H.265 and AV1 say the size of their pictures in their headers, as H.264 does")
    func sizes() throws {
        var demuxer = FLVDemuxer()
        let h265 = InputTrack(format: .h265, header: MediaTags.hvcC, width: 64, height: 48)
        #expect(try demuxer.receiveVideo(MediaTags.enhanced(0x90, "hvc1", MediaTags.hvcC), at: 0) == [.track(h265)])
        let av1 = InputTrack(format: .av1, header: MediaTags.av1C, width: 64, height: 48)
        #expect(try demuxer.receiveVideo(MediaTags.enhanced(0x90, "av01", MediaTags.av1C), at: 0) == [.track(av1)])
        let avc = InputTrack(format: .h264, header: MediaTags.avcC, width: 64, height: 48)
        #expect(try demuxer.receiveVideo(MediaTags.enhanced(0x90, "avc1", MediaTags.avcC), at: 0) == [.track(avc)])
    }

    @Test("frames in front of a header are passed over")
    func headless() throws {
        var demuxer = FLVDemuxer()
        #expect(try demuxer.receiveVideo(MediaTags.avcFrame(isKey: true), at: 0) == [])
        #expect(try demuxer.receiveAudio(MediaTags.aacFrame, at: 0) == [])
    }

    @Test(
        "a frame is shown after it is decoded, never before, and not for ever after",
        arguments: [(0, 0), (80, 80), (-5, 0), (8_000_000, 10_000)] as [(Int32, Int64)]
    )
    func compositionOffset(offset: Int32, expected: Int64) throws {
        var demuxer = FLVDemuxer()
        _ = try demuxer.receiveVideo(MediaTags.avcHeader, at: 0)
        let tag = MediaTags.avcFrame(isKey: true, offset: offset)
        let packet = EncodedPacket(
            data: Array(tag[5...]),
            pts: 1000 + expected,
            dts: 1000,
            duration: 0,
            timescale: 1000,
            isKeyFrame: true
        )
        #expect(try demuxer.receiveVideo(tag, at: 1000) == [.sample(.video, packet)])
    }

    @Test("the size of the picture comes from metadata where the header has none")
    func metadata() throws {
        var demuxer = FLVDemuxer()
        let size = AMFValue.ecmaArray([AMFProperty("width", .number(1280)), AMFProperty("height", .number(720))])
        demuxer.receiveData([.string("@setDataFrame"), .string("onMetaData"), size])
        let header: [UInt8] = [1, 0, 0, 0, 0, 31, 0x82, 1, 1, 1, 0, 0]
        let track = InputTrack(format: .vp9, header: header, width: 1280, height: 720)
        #expect(try demuxer.receiveVideo(MediaTags.enhanced(0x90, "vp09", header), at: 0) == [.track(track)])
    }

    @Test("metadata that makes no sense is as none", arguments: [-1, 0.5, .nan, .infinity, 1e300])
    func badMetadata(number: Double) throws {
        var demuxer = FLVDemuxer()
        let size = AMFValue.object([AMFProperty("width", .number(number)), AMFProperty("height", .string("720"))])
        demuxer.receiveData([.string("onMetaData"), size])
        let events = try demuxer.receiveVideo(MediaTags.enhanced(0x90, "vp09", [1]), at: 0)
        #expect(events == [.track(InputTrack(format: .vp9, header: [1]))])
    }

    @Test("MP3 and VP8, which have no header, are announced by their first frame")
    func withoutHeader() throws {
        var demuxer = FLVDemuxer()
        let sound = try demuxer.receiveAudio([0x2F, 0xFF, 0xFB, 0x94, 0xC4, 0], at: 0)
        #expect(sound.first == .track(InputTrack(format: .mp3, sampleRate: 48_000, channels: 1)))
        #expect(sound.count == 2)
        let picture = try demuxer.receiveVideo(MediaTags.enhanced(0x91, "vp08", [1, 2, 3]), at: 0)
        #expect(picture.first == .track(InputTrack(format: .vp8)))
        #expect(picture.count == 2)
    }

    @Test("what cannot be taken is named, what is broken is told apart from it")
    func errors() {
        var demuxer = FLVDemuxer()
        #expect(throws: FLVError.unsupported(codec: "Speex")) { try demuxer.receiveAudio([0xB2, 0, 0], at: 0) }
        #expect(throws: FLVError.unsupported(codec: "VP6")) { try demuxer.receiveVideo([0x14, 0, 0], at: 0) }
        #expect(throws: FLVError.malformed(.truncated(structure: "avcC", needed: 2, available: 0))) {
            try demuxer.receiveVideo([0x17, 0, 0, 0, 0, 1, 0x4D, 0x40, 0x0A, 0xFF, 0xE1], at: 0)
        }
        #expect(throws: FLVError.malformed(.malformed(structure: "avcC", reason: "its version is 0 and not 1"))) {
            try demuxer.receiveVideo([0x17, 0, 0, 0, 0, 0, 0x4D], at: 0)
        }
    }
}
