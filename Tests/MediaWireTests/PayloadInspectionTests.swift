import MediaWire
import Testing

@Suite struct PayloadInspectionTests {
    /// A payload and what can be told from it.
    struct Example: Sendable {
        var name: String
        var codec: Codec
        var payload: [UInt8]
        var startsFrame = false
        var startsKeyFrame = false
        var size: [Int]?
    }

    private typealias Media = MediaFixtures

    private static let stap: [UInt8] =
        [0x78, 0, UInt8(Media.h264SequenceParameters720p.count)] + Media.h264SequenceParameters720p
        + [0, UInt8(Media.h264PictureParameters.count)] + Media.h264PictureParameters
    private static let aggregated: [UInt8] =
        [0x60, 0x01, 0, UInt8(Media.h265VideoParameters.count)] + Media.h265VideoParameters
        + [0, UInt8(Media.h265SequenceParameters240p.count)] + Media.h265SequenceParameters240p

    static let examples = [
        Example(
            name: "VP8 key frame",
            codec: .vp8,
            payload: [0x10] + Media.vp8KeyFrame240p,
            startsFrame: true,
            startsKeyFrame: true,
            size: [426, 240]
        ),
        Example(name: "VP8 delta frame", codec: .vp8, payload: [0x10, 0x51, 1, 2], startsFrame: true),
        Example(name: "VP8 within a frame", codec: .vp8, payload: [0x00, 0x50, 1, 2]),
        Example(name: "VP8 second partition", codec: .vp8, payload: [0x11, 0x50, 1, 2]),
        Example(name: "VP8 descriptor alone", codec: .vp8, payload: [0x10], startsFrame: true),
        Example(
            name: "VP9 key frame",
            codec: .vp9,
            payload: [0x88, 5] + Media.vp9KeyFrame240p,
            startsFrame: true,
            startsKeyFrame: true,
            size: [426, 240]
        ),
        Example(name: "VP9 delta frame", codec: .vp9, payload: [0xC8, 5, 0x86], startsFrame: true),
        Example(name: "VP9 upper layer of a key frame", codec: .vp9, payload: [0xA8, 5, 0x03, 1, 0x82]),
        Example(name: "VP9 within a frame", codec: .vp9, payload: [0x80, 5, 0x82]),
        Example(
            name: "H264 high profile",
            codec: .h264,
            payload: Media.h264SequenceParameters720p,
            startsFrame: true,
            startsKeyFrame: true,
            size: [1_280, 720]
        ),
        Example(
            name: "H264 with cropping",
            codec: .h264,
            payload: Media.h264SequenceParameters360p,
            startsFrame: true,
            startsKeyFrame: true,
            size: [640, 360]
        ),
        Example(
            name: "H264 with cropping both ways",
            codec: .h264,
            payload: Media.h264SequenceParameters240p,
            startsFrame: true,
            startsKeyFrame: true,
            size: [426, 240]
        ),
        Example(
            name: "H264 baseline profile",
            codec: .h264,
            payload: Media.h264BaselineParameters360p,
            startsFrame: true,
            startsKeyFrame: true,
            size: [640, 360]
        ),
        Example(
            name: "H264 aggregate",
            codec: .h264,
            payload: stap,
            startsFrame: true,
            startsKeyFrame: true,
            size: [1_280, 720]
        ),
        Example(name: "H264 IDR slice", codec: .h264, payload: [0x65, 0x88, 1], startsFrame: true),
        Example(name: "H264 second slice", codec: .h264, payload: [0x41, 0x40, 1]),
        Example(name: "H264 first fragment", codec: .h264, payload: [0x7C, 0x85, 0x88, 1], startsFrame: true),
        Example(name: "H264 later fragment", codec: .h264, payload: [0x7C, 0x05, 0x88, 1]),
        Example(name: "H264 interleaved", codec: .h264, payload: [0x79, 0, 0, 0, 1, 0x67]),
        Example(
            name: "H265 aggregate",
            codec: .h265,
            payload: aggregated,
            startsFrame: true,
            startsKeyFrame: true,
            size: [426, 240]
        ),
        Example(name: "H265 IDR slice", codec: .h265, payload: [0x26, 1, 0x88, 1], startsFrame: true),
        Example(name: "H265 second slice", codec: .h265, payload: [0x26, 1, 0x08, 1]),
        Example(name: "H265 first fragment", codec: .h265, payload: [0x62, 1, 0x93, 0x88], startsFrame: true),
        Example(name: "H265 later fragment", codec: .h265, payload: [0x62, 1, 0x13, 0x88]),
        Example(
            name: "AV1 sequence",
            codec: .av1,
            payload: [0x18, 0x08] + Media.av1SequenceHeader240p.dropFirst(2),
            startsFrame: true,
            startsKeyFrame: true,
            size: [426, 240]
        ),
        Example(name: "AV1 frame", codec: .av1, payload: [0x10, 0x30, 0x30, 1], startsFrame: true),
        Example(name: "AV1 continued", codec: .av1, payload: [0x90, 0x30, 0x30, 1]),
        Example(name: "AV1 tiles", codec: .av1, payload: [0x10, 0x20, 0x30, 1]),
        Example(name: "Opus", codec: .opus, payload: [0xFC, 1], startsFrame: true, startsKeyFrame: true),
    ]

    @Test(arguments: examples)
    func `payloads tell where frames begin`(example: Example) {
        #expect(startsFrame(codec: example.codec, payload: example.payload) == example.startsFrame)
        #expect(isKeyFrameStart(codec: example.codec, payload: example.payload) == example.startsKeyFrame)
        #expect(
            keyFrameSize(codec: example.codec, payload: example.payload).map { [$0.width, $0.height] } == example.size
        )
    }

    @Test(arguments: Codec.allCases)
    func `nothing begins in an empty payload`(codec: Codec) {
        #expect(!startsFrame(codec: codec, payload: []) && !isKeyFrameStart(codec: codec, payload: []))
        #expect(keyFrameSize(codec: codec, payload: []) == nil)
    }

    @Test(
        arguments: [
            ("flexible with references", [0xF9, 0x85, 0x01, 0x52, 0x03, 0x02, 0xAA], 6),
            ("structure", [0x8A, 0x05, 0x38, 0, 1, 0, 2, 0, 3, 0, 4, 2, 0x04, 1, 0x08, 1, 2, 0xAA], 17),
        ] as [(String, [UInt8], Int)]
    )
    func `VP9 descriptors end where they end`(name: String, payload: [UInt8], length: Int) throws {
        #expect(try VP9Descriptor(parsing: payload).length == length)
        for count in 0..<length {
            #expect(throws: WireError.self) { try VP9Descriptor(parsing: Array(payload.prefix(count))) }
        }
    }

    @Test func `VP9 descriptors say all there is`() throws {
        let flexible = try VP9Descriptor(parsing: [0xF9, 0x85, 0x01, 0x52, 0x03, 0x02, 0xAA])
        #expect(flexible.pictureID == 0x0501 && flexible.hasWidePictureID && flexible.isFlexible)
        #expect(flexible.temporalLayer == 2 && flexible.isSwitchingPoint && flexible.spatialLayer == 1)
        #expect(!flexible.dependsOnLowerLayer && flexible.referenceDifferences == [1, 1])
        #expect(flexible.isNotReferenceForUpperLayers && flexible.tl0PictureIndex == nil)
        let structured = try VP9Descriptor(parsing: [0x8A, 5, 0x38, 0, 1, 0, 2, 0, 3, 0, 4, 1, 0x04, 1])
        #expect(structured.structure?.spatialLayers == 2)
        #expect(
            structured.structure?.sizes == [
                VP9Descriptor.Size(width: 1, height: 2), VP9Descriptor.Size(width: 3, height: 4),
            ]
        )
        #expect(throws: WireError.self) { try VP9Descriptor(parsing: [0x50, 0x03, 0x03, 0x03, 0x02]) }
    }
}
