import MediaWire
import Testing

@testable import Ingress

@Suite("FLV tags")
struct FLVTagTests {
    static let nal: [UInt8] = [0, 0, 0, 1, 0x65]

    static let video: [([UInt8], FLVTag)] = [
        (
            MediaTags.avcHeader,
            FLVTag(part: .header, format: .h264, isKeyFrame: true, body: 5..<5 + MediaTags.avcC.count)
        ),
        ([0x27, 1, 0, 0, 40] + nal, FLVTag(part: .frame, format: .h264, compositionOffset: 40, body: 5..<10)),
        ([0x27, 1, 0xFF, 0xFF, 0xFE] + nal, FLVTag(part: .frame, format: .h264, compositionOffset: -2, body: 5..<10)),
        (MediaTags.avcEnd, FLVTag(part: .end, format: .h264, isKeyFrame: true, body: 5..<5)),
        // A seek mark, a tag without contents, no tag at all.
        ([0x57, 0], .other), ([0x17], .other), ([], .other),
        // Enhanced: sequence start, frames with and without an offset, the end, colours.
        (MediaTags.enhanced(0x90, "hvc1", nal), FLVTag(part: .header, format: .h265, isKeyFrame: true, body: 5..<10)),
        (
            MediaTags.enhanced(0x91, "hvc1", [0, 0, 9] + nal),
            FLVTag(part: .frame, format: .h265, isKeyFrame: true, compositionOffset: 9, body: 8..<13)
        ),
        (MediaTags.enhanced(0xA3, "hvc1", nal), FLVTag(part: .frame, format: .h265, body: 5..<10)),
        (MediaTags.enhanced(0xA1, "av01", nal), FLVTag(part: .frame, format: .av1, body: 5..<10)),
        (MediaTags.enhanced(0xA1, "vp09", nal), FLVTag(part: .frame, format: .vp9, body: 5..<10)),
        (
            MediaTags.enhanced(0xA1, "avc1", [0, 0, 1] + nal),
            FLVTag(part: .frame, format: .h264, compositionOffset: 1, body: 8..<13)
        ),
        (MediaTags.enhanced(0x92, "av01", []), FLVTag(part: .end, format: .av1, isKeyFrame: true, body: 5..<5)),
        (MediaTags.enhanced(0x94, "av01", nal), FLVTag(part: .other, format: .av1, isKeyFrame: true, body: 5..<10)),
        // A modifier of three bytes, then frames.
        (
            [0xA7, 2, 1, 2, 3, 0x01] + Array("av01".utf8) + nal,
            FLVTag(part: .frame, format: .av1, body: 10..<15)
        ),
        // Several tracks: one, the first of many, the first of many codecs, none that is the first.
        (
            [0xA6, 0x01] + Array("av01".utf8) + [0] + nal,
            FLVTag(part: .frame, format: .av1, body: 7..<12)
        ),
        (
            [0xA6, 0x11] + Array("av01".utf8) + [1, 0, 0, 2, 8, 8] + [0, 0, 0, 5] + nal,
            FLVTag(part: .frame, format: .av1, body: 16..<21)
        ),
        (
            [0xA6, 0x21] + Array("hvc1".utf8) + [1, 0, 0, 1, 8] + Array("vp09".utf8) + [0, 0, 0, 5] + nal,
            FLVTag(part: .frame, format: .vp9, body: 19..<24)
        ),
        ([0xA6, 0x11] + Array("av01".utf8) + [1, 0, 0, 1, 8], .other),
        ([0x22, 0], FLVTag(part: .unsupported("Sorenson H.263"))),
        ([0x1C, 0], FLVTag(part: .unsupported("H.265 without a FourCC"))),
        (MediaTags.enhanced(0x90, "vvc1", nal), FLVTag(part: .unsupported("vvc1"))),
        (MediaTags.enhanced(0x90, "Opus", nal), FLVTag(part: .unsupported("Opus"))),
        (MediaTags.enhanced(0x90, "\u{1}\u{7F}ab", nal), FLVTag(part: .unsupported("??ab"))),
    ]

    @Test("video tags say what they hold", arguments: video)
    func videoTag(payload: [UInt8], expected: FLVTag) throws {
        #expect(try FLVTag.video(payload) == expected)
    }

    static let audio: [([UInt8], FLVTag)] = [
        (MediaTags.aacHeader, FLVTag(part: .header, format: .aac, isKeyFrame: true, body: 2..<7)),
        (MediaTags.aacFrame, FLVTag(part: .frame, format: .aac, isKeyFrame: true, body: 2..<5)),
        ([0x2F, 0xFF, 0xFB], FLVTag(part: .frame, format: .mp3, isKeyFrame: true, body: 1..<3)),
        ([0xAF], .other), ([0x2F], .other), ([], .other),
        (MediaTags.enhanced(0x90, "Opus", nal), FLVTag(part: .header, format: .opus, isKeyFrame: true, body: 5..<10)),
        (MediaTags.enhanced(0x91, "mp4a", nal), FLVTag(part: .frame, format: .aac, isKeyFrame: true, body: 5..<10)),
        (MediaTags.enhanced(0x92, "Opus", []), FLVTag(part: .end, format: .opus, isKeyFrame: true, body: 5..<5)),
        (MediaTags.enhanced(0x94, "Opus", nal), FLVTag(part: .other, format: .opus, isKeyFrame: true, body: 5..<10)),
        (
            [0x95, 0x01] + Array("Opus".utf8) + [0] + nal,
            FLVTag(part: .frame, format: .opus, isKeyFrame: true, body: 7..<12)
        ),
        ([0xBF, 0], FLVTag(part: .unsupported("Speex"))),
        (MediaTags.enhanced(0x90, "fLaC", nal), FLVTag(part: .unsupported("fLaC"))),
    ]

    @Test("audio tags say what they hold", arguments: audio)
    func audioTag(payload: [UInt8], expected: FLVTag) throws {
        #expect(try FLVTag.audio(payload) == expected)
    }

    @Test(
        "tags that end too early or contradict themselves are malformed",
        arguments: [
            [0x90], [0x90, 0x68, 0x76], [0x97], [0x97, 0xFF], [0x97, 0xFF, 0xFF, 0xFF], [0x97, 2, 1],
            [0x91, 0x68, 0x76, 0x63, 0x31, 0, 0],
            // Tracks within tracks, an unknown kind of them, a track longer than the tag.
            [0x96, 0x06], [0x96, 0x31], [0x96, 0x11, 0x61, 0x76, 0x30, 0x31, 0, 0xFF, 0xFF, 0xFF, 1],
        ] as [[UInt8]]
    )
    func malformed(payload: [UInt8]) {
        #expect(throws: WireError.self) { try FLVTag.video(payload) }
    }

    static let configurations: [([UInt8], Int, Int)] = [
        (MediaTags.aacConfig, 44_100, 1),
        ([0x11, 0x90], 48_000, 2),
        // HE-AAC: 24 kHz doubled. HE-AAC v2: one channel made two.
        ([0x2B, 0x11, 0x88, 0x00], 48_000, 2),
        ([0xEB, 0x09, 0x88, 0x00], 48_000, 2),
        // A rate by number.
        ([0x17, 0x80, 0x5D, 0xC0, 0x10], 48_000, 2),
        // 7.1.
        ([0x11, 0xB8], 48_000, 8),
    ]

    @Test("AAC's header says rate and channels", arguments: configurations)
    func audioSpecificConfig(bytes: [UInt8], rate: Int, channels: Int) throws {
        let config = try AudioSpecificConfig(bytes)
        #expect(config.sampleRate == rate)
        #expect(config.channels == channels)
    }

    @Test(
        "a header of AAC that is none is malformed",
        arguments: [[], [0x12], [0x16, 0x88], [0x17, 0x80]] as [[UInt8]]
    )
    func badConfig(bytes: [UInt8]) {
        #expect(throws: WireError.self) { try AudioSpecificConfig(bytes) }
    }

    static let mp3: [([UInt8], Int, Int)] = [
        ([0xFF, 0xFB, 0x90, 0x44], 44_100, 2), ([0xFF, 0xFB, 0x94, 0xC4], 48_000, 1),
        ([0xFF, 0xF3, 0x90, 0x44], 22_050, 2),
        ([0xFF, 0xE3, 0x98, 0xC4], 8_000, 1),
    ]

    @Test("MP3 frames say rate and channels", arguments: mp3)
    func mp3Frame(bytes: [UInt8], rate: Int, channels: Int) throws {
        let header = try MP3Header(bytes[...])
        #expect(header.sampleRate == rate)
        #expect(header.channels == channels)
    }

    @Test("the parts of an aggregate have times that follow from the whole's")
    func aggregate() throws {
        let parts = try AggregateMessage.messages(in: MediaTags.aggregate(at: 200))
        #expect(parts.map(\.timestamp) == [200, 210, 223])
        #expect(parts.map(\.type) == [.audio, .video, .audio])
        #expect(parts.map(\.payload) == [MediaTags.aacFrame, MediaTags.avcFrame(isKey: false), MediaTags.aacFrame])
        var cut = MediaTags.aggregate(at: 0)
        cut.payload.removeLast()
        #expect(throws: WireError.self) { try AggregateMessage.messages(in: cut) }
    }
}
