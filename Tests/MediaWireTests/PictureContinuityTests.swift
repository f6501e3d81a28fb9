import Testing

@testable import MediaWire

@Suite struct PictureContinuityTests {
    private typealias Media = MediaFixtures

    /// VP8's descriptor with a picture id, of a packet that begins a picture or goes on with it.
    private func vp8(_ picture: Int, isWide: Bool = true, starts: Bool = true) -> [UInt8] {
        var descriptor = VP8Descriptor()
        descriptor.startsPartition = starts
        descriptor.pictureID = UInt16(picture)
        descriptor.hasWidePictureID = isWide
        return descriptor.serialized() + [0x11, 0, 0]
    }

    /// An inter picture of VP9 in non-flexible mode: I and B, and L where a layer is given.
    private func vp9(_ picture: Int, spatialLayer: UInt8? = nil) -> [UInt8] {
        var payload: [UInt8] = [0xC8, 0x80 | UInt8(picture >> 8), UInt8(picture & 0xFF)]
        if let spatialLayer {
            payload[0] |= 0x20
            payload += [spatialLayer << 1 | (spatialLayer > 0 ? 1 : 0), 0]
        }
        return payload + [1]
    }

    /// The front of an H.264 slice: codes of 0 for the first macroblock, 5 for its type and 0 for the parameters, then the
    /// number in `bits` bits.
    private func slice(_ number: Int, bits: Int = 4, header: UInt8 = 0x41) -> [UInt8] {
        let code = [true, false, false, true, true, false, true]
        let digits = code + (0..<bits).reversed().map { number >> $0 & 1 == 1 } + [true]
        var bytes = [UInt8](repeating: 0, count: (digits.count + 7) / 8)
        for (index, digit) in digits.enumerated() where digit { bytes[index / 8] |= 0x80 >> UInt8(index % 8) }
        return [header] + bytes + [0xFF, 0xFF]
    }

    private func packet(_ payload: [UInt8], marker: Bool = true) -> RTPPacket {
        RTPPacket(marker: marker, payloadType: 96, sequenceNumber: 0, timestamp: 0, ssrc: 1, payload: payload)
    }

    /// Whether the last payload continues the stream that the others are, each a whole picture.
    private func continues(_ codec: Codec, _ payloads: [[UInt8]], missing: Int = 1) -> Bool {
        var continuity = PictureContinuity()
        for payload in payloads.dropLast() { continuity.passed(packet(payload), codec: codec) }
        return continuity.continues(with: packet(payloads.last ?? []), codec: codec, missing: missing)
    }

    @Test func `pictures of VP8 that are numbered one after the other have nothing between them`() {
        #expect(continues(.vp8, [vp8(7), vp8(8)]))
        #expect(continues(.vp8, [vp8(0x7FFF), vp8(0)]))
        #expect(continues(.vp8, [vp8(127, isWide: false), vp8(0, isWide: false)]))
        #expect(!continues(.vp8, [vp8(7), vp8(9)]))
        #expect(!continues(.vp8, [vp8(7), vp8(7)]))
        #expect(!continues(.vp8, [vp8(8)]))
        #expect(!continues(.vp8, [vp8(7), vp8(8, isWide: false)]))
        #expect(!continues(.vp8, [vp8(7), vp8(8, starts: false)]))
        #expect(!continues(.vp8, [vp8(7), []]))
        #expect(!continues(.vp8, [[0x10, 0x11, 0, 0], [0x10, 0x11, 0, 0]]))
    }

    @Test func `a picture that has not ended may have lost its end`() {
        var continuity = PictureContinuity()
        continuity.passed(packet(vp8(7), marker: false), codec: .vp8)
        #expect(!continuity.continues(with: packet(vp8(8)), codec: .vp8, missing: 1))
        continuity.passed(packet(vp8(7, starts: false)), codec: .vp8)
        #expect(continuity.continues(with: packet(vp8(8)), codec: .vp8, missing: 1))
        // Padding does not change that.
        continuity.passed(packet([], marker: false), codec: .vp8)
        #expect(continuity.continues(with: packet(vp8(8)), codec: .vp8, missing: 1))
    }

    @Test func `a number that may have come round again proves nothing`() {
        #expect(continues(.vp8, [vp8(7, isWide: false), vp8(8, isWide: false)], missing: 127))
        #expect(!continues(.vp8, [vp8(7, isWide: false), vp8(8, isWide: false)], missing: 128))
    }

    @Test func `pictures of VP9 are numbered as well, and begin with the lowest layer`() {
        #expect(continues(.vp9, [vp9(7), vp9(8)]))
        #expect(!continues(.vp9, [vp9(7), vp9(9)]))
        #expect(continues(.vp9, [vp9(7, spatialLayer: 1), vp9(8, spatialLayer: 0)]))
        #expect(!continues(.vp9, [vp9(7, spatialLayer: 1), vp9(8, spatialLayer: 1)]))
    }

    @Test func `pictures of H.264 that others refer to are numbered`() {
        // log2_max_frame_num is 4 in these parameters.
        let parameters = Media.h264BaselineParameters360p
        #expect(continues(.h264, [parameters, slice(0, header: 0x65), slice(1)]))
        #expect(continues(.h264, [parameters, slice(14), slice(15)]))
        #expect(continues(.h264, [parameters, slice(15), slice(0)]))
        #expect(!continues(.h264, [parameters, slice(1), slice(3)]))
        #expect(!continues(.h264, [parameters, slice(15), slice(0, header: 0x65)]))
        #expect(!continues(.h264, [slice(0, header: 0x65), slice(1)]))
        #expect(!continues(.h264, [parameters, slice(1), slice(2)], missing: 16))
        // Where nobody refers to some (nal_ref_idc 0), one more of them may be missing.
        #expect(!continues(.h264, [parameters, slice(1), slice(2, header: 0x01), slice(2)]))
        #expect(!continues(.h264, [parameters, slice(1), slice(2, header: 0x01), slice(2), slice(3)]))
    }

    @Test func `H.264 slices are found in aggregates and fragments, and with parameters before them`() {
        let parameters = Media.h264BaselineParameters360p
        func aggregate(_ units: [[UInt8]]) -> [UInt8] {
            [0x78] + units.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 0xFF)] + $0 }
        }
        let key = aggregate([parameters, Media.h264PictureParameters, slice(0, header: 0x65)])
        let fragment = [0x5C, 0x81] + slice(1).dropFirst()
        #expect(continues(.h264, [key, slice(1)]))
        #expect(continues(.h264, [key, fragment]))
        #expect(!continues(.h264, [key, [0x5C, 0x01] + slice(1).dropFirst()]))
        #expect(continues(.h264, [key, aggregate([[0x06, 5, 1, 0, 0x80], slice(1)])]))

        var continuity = PictureContinuity()
        continuity.passed(packet(parameters, marker: false), codec: .h264)
        continuity.passed(packet(fragment, marker: false), codec: .h264)
        continuity.passed(packet([0x5C, 0x41, 1, 2, 3]), codec: .h264)
        #expect(continuity.continues(with: packet(slice(2)), codec: .h264, missing: 3))
        #expect(!continuity.continues(with: packet(slice(1)), codec: .h264, missing: 3))
    }

    /// A packet with a dependency descriptor: S, E, a template and the frame's number.
    private func described(
        _ frame: Int,
        starts: Bool = true,
        ends: Bool = true,
        payload: [UInt8] = [1, 2]
    ) -> RTPPacket {
        var packet = packet(payload, marker: false)
        let head = (starts ? 0x80 : 0) | (ends ? 0x40 : 0) | UInt8(5)
        packet.extensions.set(12, to: [head, UInt8(frame >> 8), UInt8(frame & 0xFF), 0x80])
        return packet
    }

    @Test(arguments: [Codec.vp8, .vp9, .h264, .h265, .av1])
    func `a dependency descriptor numbers the frames of any codec`(codec: Codec) {
        func continues(_ packets: [RTPPacket], missing: Int = 2, id: UInt8? = 12) -> Bool {
            var continuity = PictureContinuity()
            continuity.dependencyDescriptor = id
            for packet in packets.dropLast() { continuity.passed(packet, codec: codec) }
            return packets.last.map { continuity.continues(with: $0, codec: codec, missing: missing) } ?? false
        }
        #expect(continues([described(7), described(8)]))
        #expect(continues([described(0xFFFF), described(0)]))
        #expect(continues([described(7, ends: false), described(7, starts: false), described(8)]))
        #expect(continues([described(7), described(9, payload: []), described(8)]))
        #expect(!continues([described(7), described(9)]))
        #expect(!continues([described(7, ends: false), described(8)]))
        #expect(!continues([described(7), described(8, starts: false)]))
        #expect(!continues([described(7), described(8)], id: nil))
        #expect(!continues([described(7), described(8)], missing: 65_536))
    }

    @Test func `a dependency descriptor of less than three bytes is none`() {
        #expect(DependencyDescriptorHead(decoding: [0xC5, 1]) == nil)
        let head = DependencyDescriptorHead(decoding: [0x85, 1, 2, 3])
        #expect(head?.startsFrame == true && head?.endsFrame == false)
        #expect(head?.template == 5 && head?.frameNumber == 0x0102)
    }

    @Test(arguments: [Codec.h265, .av1]) func `of other codecs it can't be told without`(codec: Codec) {
        var generator = SeededGenerator(seed: 1)
        let frames = (0..<3).map { Media.frame(codec, isKey: $0 == 0, size: 40, &generator) }
        var packetizer = Packetizer(codec: codec)
        #expect(!continues(codec, frames.flatMap { packetizer.packetize(frame: $0) }))
    }
}
