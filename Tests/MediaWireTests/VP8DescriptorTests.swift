import MediaWire
import Testing

@Suite struct VP8DescriptorTests {
    /// Bytes and what they say.
    struct Example: Sendable {
        var bytes: [UInt8]
        var descriptor: VP8Descriptor
    }

    private static func make(_ change: (inout VP8Descriptor) -> Void) -> VP8Descriptor {
        var descriptor = VP8Descriptor()
        change(&descriptor)
        return descriptor
    }

    static let examples = [
        Example(bytes: [0x10], descriptor: make { $0.startsPartition = true }),
        Example(
            bytes: [0x23],
            descriptor: make {
                $0.isNonReference = true
                $0.partition = 3
            }
        ),
        Example(
            bytes: [0x90, 0x80, 0x11],
            descriptor: make {
                $0.startsPartition = true
                $0.pictureID = 0x11
            }
        ),
        Example(
            bytes: [0x90, 0x80, 0x81, 0x02],
            descriptor: make {
                $0.startsPartition = true
                $0.pictureID = 0x0102
                $0.hasWidePictureID = true
            }
        ),
        Example(
            bytes: [0x80, 0xF0, 0xFF, 0xFF, 0x07, 0xA5],
            descriptor: make {
                $0.pictureID = 0x7FFF
                $0.hasWidePictureID = true
                $0.tl0PictureIndex = 7
                $0.temporalLayer = 2
                $0.isLayerSync = true
                $0.keyIndex = 5
            }
        ),
        Example(
            bytes: [0x80, 0x20, 0x40],
            descriptor: make { $0.temporalLayer = 1 }
        ),
    ]

    @Test(arguments: examples)
    func `descriptors are read and written`(example: Example) throws {
        let (descriptor, length) = try VP8Descriptor.parse(example.bytes + [9, 9])
        #expect(descriptor == example.descriptor)
        #expect(length == example.bytes.count && descriptor.length == length)
        #expect(descriptor.serialized() == example.bytes)
    }

    @Test func `an extension that says nothing is counted`() throws {
        let (descriptor, length) = try VP8Descriptor.parse([0x90, 0x00, 1, 2])
        #expect(length == 2 && descriptor.startsFrame && descriptor.pictureID == nil)
    }

    @Test(arguments: [[], [0x80], [0x80, 0x80], [0x80, 0x80, 0x81], [0x80, 0x40], [0x80, 0x10]] as [[UInt8]])
    func `cut descriptors are refused`(bytes: [UInt8]) {
        #expect(throws: WireError.self) { try VP8Descriptor.parse(bytes) }
    }

    @Test(
        arguments: [
            ([0x10, 7], [0x10, 7]), ([0x90, 0x80, 0x11, 7], [0x90, 0x80, 0x34, 7]),
            ([0x90, 0x80, 0x80, 0x00, 7], [0x90, 0x80, 0x92, 0x34, 7]),
            ([0x80, 0xF0, 0xFF, 0xFF, 0x07, 0xA5, 7], [0x80, 0xF0, 0x92, 0x34, 0x56, 0xB8, 7]),
            ([0x80, 0x60, 0x07, 0x65, 7], [0x80, 0x60, 0x56, 0x65, 7]),
        ] as [([UInt8], [UInt8])]
    )
    func `numbers are rewritten where they are`(before: [UInt8], after: [UInt8]) throws {
        var payload = before
        let descriptor = try VP8Descriptor.parse(payload).descriptor
        descriptor.rewrite(&payload, pictureID: 0x1234, tl0PictureIndex: 0x56, keyIndex: 0x18)
        #expect(payload == after)
    }
}
