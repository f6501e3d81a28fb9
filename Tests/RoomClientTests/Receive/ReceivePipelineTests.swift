import MediaWire
import Testing

@testable import RoomClient

/// A VP8 frame of some packets: payload descriptors (RFC 7741 §4.2) of one byte, or with the frame's number, and a key frame's
/// header with its size.
private func vp8(
    frame: Int,
    isKeyFrame: Bool,
    packets count: Int,
    first number: Int,
    ssrc: SSRC = 1,
    isNumbered: Bool = false
) -> [RTPPacket] {
    (0..<count).map { index in
        var payload: [UInt8] = [index == 0 ? 0x10 : 0x00]
        if isNumbered { payload = [payload[0] | 0x80, 0x80, UInt8(frame)] }
        if index == 0 {
            payload += isKeyFrame ? [0x10, 0, 0, 0x9D, 0x01, 0x2A, 64, 1, 180, 0] : [0x11, 0, 0]
        }
        payload += [UInt8(truncatingIfNeeded: frame), UInt8(index)]
        return RTPPacket(
            marker: index == count - 1,
            payloadType: 96,
            sequenceNumber: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: number + index)),
            timestamp: UInt32(truncatingIfNeeded: frame * 3000),
            ssrc: ssrc,
            payload: payload
        )
    }
}

private func opus(_ number: Int, payload: [UInt8]? = nil, payloadType: UInt8 = 111) -> RTPPacket {
    RTPPacket(
        payloadType: payloadType,
        sequenceNumber: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: number)),
        timestamp: UInt32(truncatingIfNeeded: number * 960),
        ssrc: 1,
        payload: payload ?? [0xFC, UInt8(truncatingIfNeeded: number)]
    )
}

/// RFC 2198: four-byte headers of the two frames before, a one-byte header, and the three frames.
private func red(_ number: Int) -> RTPPacket {
    var payload: [UInt8] = []
    for distance in [2, 1] {
        let offset = distance * 960
        payload += [0x80 | 111, UInt8(offset >> 6), UInt8(offset & 63) << 2, 2]
    }
    payload += [111]
    for distance in [2, 1, 0] { payload += [0xFC, UInt8(truncatingIfNeeded: number - distance)] }
    return opus(number, payload: payload, payloadType: 63)
}

private func videoPipeline() -> ReceivePipeline {
    ReceivePipeline(kind: .video, clockRate: 90_000, settings: JitterBuffer.Settings())
}

private func audioPipeline() -> ReceivePipeline {
    ReceivePipeline(kind: .audio, clockRate: 48_000, settings: JitterBuffer.Settings())
}

@Suite struct ReceivePipelineTests {
    @Test func `pictures come whole and in order with their size`() {
        var pipeline = videoPipeline()
        for packet in vp8(frame: 0, isKeyFrame: true, packets: 3, first: 0) {
            pipeline.receive(packet, codec: .vp8, at: milliseconds(0))
        }
        for packet in vp8(frame: 1, isKeyFrame: false, packets: 2, first: 3) {
            pipeline.receive(packet, codec: .vp8, at: milliseconds(33))
        }
        let samples = pipeline.pop(at: milliseconds(33)) + pipeline.drain()
        #expect(samples.map(\.isKeyFrame) == [true, false])
        #expect(samples.map(\.timestamp) == [0, 3000])
        #expect(samples.allSatisfy { $0.isIntact && $0.codec == .vp8 && $0.clockRate == 90_000 })
        #expect(samples.first?.width == 320)
        #expect(samples.first?.height == 180)
        #expect(samples.first?.data.suffix(2) == [0, 2])
        #expect(pipeline.statistics.frames == 2)
        #expect(pipeline.keyFrameRequestIsDue(at: milliseconds(33)) == false)
    }

    @Test func `a stream that begins in the middle waits for a key frame and asks for it`() {
        var pipeline = videoPipeline()
        for packet in vp8(frame: 0, isKeyFrame: false, packets: 1, first: 0) {
            pipeline.receive(packet, codec: .vp8, at: milliseconds(0))
        }
        #expect(pipeline.pop(at: milliseconds(20)).isEmpty)
        #expect(pipeline.keyFrameRequestIsDue(at: milliseconds(20)) == true)
        #expect(pipeline.keyFrameRequestIsDue(at: milliseconds(100)) == false)
        #expect(pipeline.nextDeadline == milliseconds(220))
        for packet in vp8(frame: 1, isKeyFrame: true, packets: 1, first: 1) {
            pipeline.receive(packet, codec: .vp8, at: milliseconds(120))
        }
        #expect(pipeline.pop(at: milliseconds(120)).map(\.isKeyFrame) == [true])
        #expect(pipeline.keyFrameRequestIsDue(at: milliseconds(5000)) == false)
        #expect(pipeline.statistics.undecodableFrames == 1)
        #expect(pipeline.statistics.keyFrameRequests == 1)
    }

    @Test(arguments: [3, 4, 5])
    func `after a loss pictures are held back until the next key frame`(lost: Int) {
        var pipeline = videoPipeline()
        var packets = vp8(frame: 0, isKeyFrame: true, packets: 3, first: 0)
        packets += vp8(frame: 1, isKeyFrame: false, packets: 3, first: 3)
        packets += vp8(frame: 2, isKeyFrame: false, packets: 3, first: 6)
        packets += vp8(frame: 3, isKeyFrame: true, packets: 3, first: 9)
        packets += vp8(frame: 4, isKeyFrame: false, packets: 3, first: 12)
        packets.removeAll { $0.sequenceNumber.rawValue == UInt16(lost) }
        for packet in packets { pipeline.receive(packet, codec: .vp8, at: milliseconds(0)) }
        let samples = pipeline.pop(at: milliseconds(1000))
        #expect(samples.map(\.timestamp) == [0, 9000, 12_000])
        #expect(samples.map(\.isKeyFrame) == [true, true, false])
        #expect(samples.map(\.isIntact) == [true, false, true])
        #expect(pipeline.statistics.lost == 1)
    }

    @Test func `padding that is lost between pictures is not waited for`() {
        var pipeline = videoPipeline()
        var packets = vp8(frame: 0, isKeyFrame: true, packets: 2, first: 0, isNumbered: true)
        packets += vp8(frame: 1, isKeyFrame: false, packets: 2, first: 5, isNumbered: true)
        packets += vp8(frame: 2, isKeyFrame: false, packets: 1, first: 7, isNumbered: true)
        for packet in packets { pipeline.receive(packet, codec: .vp8, at: milliseconds(0)) }
        let samples = pipeline.pop(at: milliseconds(20))
        #expect(samples.map(\.timestamp) == [0, 3000, 6000])
        #expect(samples.allSatisfy { $0.isIntact })
        #expect(pipeline.statistics.lost == 0)
        #expect(pipeline.nextDeadline == nil)
        // A picture that is lost is.
        for packet in vp8(frame: 4, isKeyFrame: false, packets: 1, first: 9, isNumbered: true) {
            pipeline.receive(packet, codec: .vp8, at: milliseconds(40))
        }
        #expect(pipeline.pop(at: milliseconds(239)).isEmpty)
        #expect(pipeline.nextDeadline == milliseconds(240))
    }

    @Test func `a key frame is asked for before a packet is given up that does not come`() {
        var settings = JitterBuffer.Settings()
        settings.hold = .milliseconds(450)
        var pipeline = ReceivePipeline(kind: .video, clockRate: 90_000, settings: settings)
        var packets = vp8(frame: 0, isKeyFrame: true, packets: 2, first: 0)
        packets += vp8(frame: 1, isKeyFrame: false, packets: 3, first: 2)
        packets.remove(at: 3)
        for packet in packets { pipeline.receive(packet, codec: .vp8, at: milliseconds(100)) }
        #expect(pipeline.pop(at: milliseconds(120)).count == 1)
        #expect(pipeline.nextDeadline == milliseconds(450))
        #expect(pipeline.keyFrameRequestIsDue(at: milliseconds(449)) == false)
        #expect(pipeline.keyFrameRequestIsDue(at: milliseconds(450)) == true)
        #expect(pipeline.nextDeadline == milliseconds(550))
        // It comes after all: the picture is shown, and so is the key frame.
        pipeline.receive(
            vp8(frame: 1, isKeyFrame: false, packets: 3, first: 2)[1],
            codec: .vp8,
            at: milliseconds(500)
        )
        for packet in vp8(frame: 2, isKeyFrame: true, packets: 1, first: 5) {
            pipeline.receive(packet, codec: .vp8, at: milliseconds(520))
        }
        #expect(pipeline.pop(at: milliseconds(520)).map(\.isKeyFrame) == [false, true])
        #expect(pipeline.keyFrameRequestIsDue(at: milliseconds(2000)) == false)
        #expect(pipeline.statistics.keyFrameRequests == 1)
    }

    @Test func `a key frame whose beginning is lost is not taken for one`() {
        var pipeline = videoPipeline()
        var packets = vp8(frame: 0, isKeyFrame: true, packets: 2, first: 0)
        packets += vp8(frame: 1, isKeyFrame: true, packets: 3, first: 2)
        packets += vp8(frame: 2, isKeyFrame: false, packets: 1, first: 5)
        packets.removeAll { $0.sequenceNumber == 2 }
        for packet in packets { pipeline.receive(packet, codec: .vp8, at: milliseconds(0)) }
        #expect(pipeline.pop(at: milliseconds(1000)).map(\.timestamp) == [0])
        #expect(pipeline.keyFrameRequestIsDue(at: milliseconds(1000)) == true)
    }

    @Test func `sound after a loss says so`() {
        var pipeline = audioPipeline()
        for number in [1, 2, 4, 5] { pipeline.receive(opus(number), codec: .opus, at: milliseconds(number * 20)) }
        let samples = pipeline.pop(at: milliseconds(1000))
        #expect(samples.map(\.timestamp) == [960, 1920, 3840, 4800])
        #expect(samples.map(\.isIntact) == [true, true, false, true])
        #expect(samples.map { $0.data[1] } == [1, 2, 4, 5])
        #expect(pipeline.keyFrameRequestIsDue(at: milliseconds(1000)) == false)
    }

    @Test func `a pause in sound without missing packets is no loss`() {
        var pipeline = audioPipeline()
        pipeline.receive(opus(1), codec: .opus, at: milliseconds(0))
        var later = opus(2)
        later.timestamp = 48_000 * 60
        pipeline.receive(later, codec: .opus, at: milliseconds(60_000))
        let samples = pipeline.pop(at: milliseconds(60_000))
        #expect(samples.map(\.isIntact) == [true, true])
        #expect(samples.map(\.timestamp) == [960, 48_000 * 60])
        #expect(pipeline.statistics.lost == 0)
    }

    @Test func `redundancy fills up to two lost packets at once`() {
        var pipeline = audioPipeline()
        var samples: [EncodedSample] = []
        for number in 10..<40 where ![13, 14, 20, 31].contains(number) {
            let now = milliseconds(number * 20)
            pipeline.receive(red(number), codec: .red, at: now)
            samples += pipeline.pop(at: now)
        }
        samples += pipeline.drain()
        #expect(samples.map(\.timestamp) == (10..<40).map { Int64($0 * 960) })
        #expect(samples.allSatisfy { $0.isIntact && $0.codec == .opus && $0.data.count == 2 })
        #expect(samples.map { Int($0.data[1]) } == Array(10..<40))
        #expect(pipeline.statistics.recovered == 4)
        #expect(pipeline.statistics.lost == 0)
    }

    @Test func `malformed redundancy is dropped`() {
        var pipeline = audioPipeline()
        for payload in [[], [0xFF], [0x80 | 111, 0xFF, 0xFF, 0xFF, 111]] as [[UInt8]] {
            pipeline.receive(opus(1, payload: payload, payloadType: 63), codec: .red, at: milliseconds(0))
        }
        #expect(pipeline.pop(at: milliseconds(1000)).allSatisfy { $0.data.isEmpty == false })
    }

    @Test func `sender reports date the samples`() throws {
        var pipeline = audioPipeline()
        let origin = WallClock(unixNanoseconds: 1_700_000_000_000_000_000)
        pipeline.receive(opus(50), codec: .opus, at: milliseconds(0))
        #expect(pipeline.pop(at: milliseconds(20)).first?.capturedAt == nil)
        pipeline.senderReport(wall: origin, timestamp: 48_000)
        pipeline.receive(opus(51), codec: .opus, at: milliseconds(20))
        let sample = try #require(pipeline.pop(at: milliseconds(20)).first)
        let capturedAt = try #require(sample.capturedAt)
        #expect(abs((capturedAt - origin).nanoseconds - 20_000_000) <= 1)
    }

    @Test func `a replaced stream goes on in the same timeline after a key frame`() {
        var pipeline = videoPipeline()
        for packet in vp8(frame: 10, isKeyFrame: true, packets: 1, first: 0) {
            pipeline.receive(packet, codec: .vp8, at: milliseconds(0))
        }
        for packet in vp8(frame: 500, isKeyFrame: true, packets: 1, first: 777, ssrc: 2) {
            pipeline.receive(packet, codec: .vp8, at: milliseconds(100))
        }
        let samples = pipeline.pop(at: milliseconds(200))
        #expect(samples.map(\.timestamp) == [30_000, 39_000])
        #expect(samples.map(\.isIntact) == [true, false])
        #expect(pipeline.statistics.restarts == 1)
    }

    /// 2000 frames at 30 fps in one to four packets each, a tenth of the packets lost and sent again after 80 ms.
    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func `every picture arrives when retransmissions come in time`(seed: UInt64) {
        var generator = SplitMix(state: seed)
        var arrivals: [(at: Int, packet: RTPPacket)] = []
        var number = 65_000
        for frame in 0..<2000 {
            let count = Int.random(in: 1...4, using: &generator)
            for packet in vp8(frame: frame, isKeyFrame: frame == 0, packets: count, first: number) {
                let isLost = number > 65_000 && Int.random(in: 0..<10, using: &generator) == 0
                let jitter = number > 65_000 ? Int.random(in: 0...40, using: &generator) : 0
                arrivals.append((frame * 33 + jitter + (isLost ? 80 : 0), packet))
            }
            number += count
        }
        arrivals.sort { $0.at < $1.at }
        var pipeline = videoPipeline()
        var samples: [EncodedSample] = []
        for arrival in arrivals {
            pipeline.receive(arrival.packet, codec: .vp8, at: milliseconds(arrival.at))
            samples += pipeline.pop(at: milliseconds(arrival.at))
        }
        samples += pipeline.drain()
        #expect(samples.map(\.timestamp) == (0..<2000).map { Int64($0) * 3000 })
        #expect(samples.allSatisfy { $0.isIntact })
        #expect(pipeline.statistics.recovered > 100)
        #expect(pipeline.statistics.undecodableFrames == 0)
    }
}
