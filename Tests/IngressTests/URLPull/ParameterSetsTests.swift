import Testing

@testable import Ingress

@Suite("Parameter sets beside a stream in Annex B")
struct ParameterSetsTests {
    private static let sets: [UInt8] = [0, 0, 0, 1, 0x67, 1, 2, 0, 0, 0, 1, 0x68, 3]
    private static let picture: [UInt8] = [0, 0, 0, 1, 0x65, 9, 9]

    @Test("come in front of key frames that have none, and of no others")
    func inserted() {
        let sets = ParameterSets(Self.sets, of: .h264)
        #expect(sets.completing(Self.picture, isKeyFrame: true) == Self.sets + Self.picture)
        #expect(sets.completing(Self.picture, isKeyFrame: false) == Self.picture)
        #expect(sets.completing(Self.sets + Self.picture, isKeyFrame: true) == Self.sets + Self.picture)
    }

    @Test("are known by their type in H.265")
    func h265() {
        let header: [UInt8] = [0, 0, 1, 0x42, 1, 5]
        let key: [UInt8] = [0, 0, 1, 0x26, 1, 7]
        let sets = ParameterSets(header, of: .h265)
        #expect(sets.completing(key, isKeyFrame: true) == header + key)
        #expect(sets.completing(header + key, isKeyFrame: true) == header + key)
    }

    @Test("are not those of containers that have a header of their own")
    func headers() {
        let record: [UInt8] = [1, 0x42, 0, 0x1F, 0xFF]
        #expect(ParameterSets(record, of: .h264).completing(Self.picture, isKeyFrame: true) == Self.picture)
        #expect(InputTrack.header(record, of: .h264) == record)
        #expect(InputTrack.header(Self.sets, of: .h264).isEmpty)
        #expect(InputTrack.header([0, 0, 0, 1], of: .vorbis) == [0, 0, 0, 1])
    }
}
