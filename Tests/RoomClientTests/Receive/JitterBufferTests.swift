import MediaWire
import Testing

@testable import RoomClient

/// A small generator with a seed, so that a failing case can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

func milliseconds(_ value: Int) -> Instant { Instant(nanoseconds: Int64(value) * 1_000_000) }

func packet(_ number: Int, timestamp: UInt32 = 0, payload: [UInt8] = [1]) -> RTPPacket {
    RTPPacket(
        payloadType: 96,
        sequenceNumber: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: number)),
        timestamp: timestamp,
        ssrc: 1,
        payload: payload
    )
}

extension JitterBuffer {
    fileprivate mutating func popOne(at now: Instant) throws -> Popped {
        let popped = pop(at: now)
        return try #require(popped)
    }

    /// Everything whose turn it is, as 16-bit numbers.
    fileprivate mutating func popAll(at now: Instant) -> [Int] {
        var numbers: [Int] = []
        while let popped = pop(at: now) { numbers.append(Int(popped.packet.sequenceNumber.rawValue)) }
        return numbers
    }
}

@Suite struct JitterBufferTests {
    @Test func `packets in order pass straight through after the start`() {
        var buffer = JitterBuffer()
        _ = buffer.insert(packet(10), at: milliseconds(0))
        #expect(buffer.popAll(at: milliseconds(0)) == [])
        #expect(buffer.nextDeadline == milliseconds(20))
        #expect(buffer.popAll(at: milliseconds(20)) == [10])
        _ = buffer.insert(packet(11), at: milliseconds(21))
        #expect(buffer.popAll(at: milliseconds(21)) == [11])
        #expect(buffer.isEmpty)
        #expect(buffer.nextDeadline == nil)
    }

    @Test func `packets that overtook each other at the very start are put in order`() {
        var buffer = JitterBuffer()
        for (number, at) in [(3, 0), (1, 1), (2, 2)] {
            let insertion = buffer.insert(packet(number), at: milliseconds(at))
            if number != 3 { #expect(insertion == .queued(wasMissing: true)) }
        }
        #expect(buffer.popAll(at: milliseconds(22)) == [1, 2, 3])
    }

    @Test func `a missing packet is waited for and then given up`() throws {
        var buffer = JitterBuffer()
        _ = buffer.insert(packet(1), at: milliseconds(0))
        #expect(buffer.popAll(at: milliseconds(20)) == [1])
        _ = buffer.insert(packet(3), at: milliseconds(30))
        _ = buffer.insert(packet(4), at: milliseconds(40))
        #expect(buffer.popAll(at: milliseconds(229)) == [])
        #expect(buffer.nextDeadline == milliseconds(230))
        let popped = try buffer.popOne(at: milliseconds(230))
        #expect(popped.packet.sequenceNumber == 3)
        #expect(popped.lostBefore == 1)
        let next = try buffer.popOne(at: milliseconds(230))
        #expect(next.lostBefore == 0)
    }

    @Test func `a retransmission in time fills its gap`() {
        var buffer = JitterBuffer()
        _ = buffer.insert(packet(1), at: milliseconds(0))
        #expect(buffer.popAll(at: milliseconds(20)) == [1])
        _ = buffer.insert(packet(3), at: milliseconds(30))
        #expect(buffer.isMissing(2))
        #expect(buffer.insert(packet(2), at: milliseconds(200)) == .queued(wasMissing: true))
        #expect(buffer.popAll(at: milliseconds(200)) == [2, 3])
    }

    @Test func `a gap in which nothing of use is missing is closed up at once`() throws {
        var buffer = JitterBuffer()
        _ = buffer.insert(packet(1), at: milliseconds(0))
        #expect(buffer.popAll(at: milliseconds(20)) == [1])
        _ = buffer.insert(packet(4), at: milliseconds(30))
        #expect(buffer.waitingSince == milliseconds(30))
        var asked: [Int] = []
        var popped = buffer.pop(at: milliseconds(30)) { packet, missing in
            asked = [Int(packet.sequenceNumber.rawValue), missing]
            return true
        }
        #expect(asked == [4, 2])
        #expect(popped?.packet.sequenceNumber == 4 && popped?.lostBefore == 0 && popped?.sequence == 2)
        #expect(buffer.waitingSince == nil)
        #expect(buffer.insert(packet(3), at: milliseconds(40)) == .duplicate)
        _ = buffer.insert(packet(5), at: milliseconds(50))
        popped = buffer.pop(at: milliseconds(50))
        #expect(popped?.sequence == 3 && popped?.lostBefore == 0)
        // Numbers stay continuous behind a gap that is waited for as well.
        _ = buffer.insert(packet(7), at: milliseconds(60))
        #expect(buffer.popAll(at: milliseconds(60)) == [])
        popped = buffer.pop(at: milliseconds(260))
        #expect(popped?.sequence == 5 && popped?.lostBefore == 1)
    }

    @Test func `a packet after its time is late and makes the buffer more patient`() {
        var buffer = JitterBuffer()
        _ = buffer.insert(packet(1), at: milliseconds(0))
        _ = buffer.insert(packet(3), at: milliseconds(0))
        #expect(buffer.popAll(at: milliseconds(20)) == [1])
        #expect(buffer.popAll(at: milliseconds(200)) == [3])
        #expect(buffer.insert(packet(2), at: milliseconds(300)) == .late)
        #expect(buffer.hold == .milliseconds(375))
        #expect(buffer.insert(packet(2), at: milliseconds(301)) == .duplicate)
        _ = buffer.insert(packet(4), at: milliseconds(20_000))
        #expect(buffer.hold < .milliseconds(375))
    }

    @Test func `patience has a limit`() {
        var buffer = JitterBuffer()
        _ = buffer.insert(packet(1), at: milliseconds(0))
        _ = buffer.insert(packet(3), at: milliseconds(0))
        _ = buffer.popAll(at: milliseconds(20))
        _ = buffer.popAll(at: milliseconds(200))
        #expect(buffer.insert(packet(2), at: milliseconds(5000)) == .late)
        #expect(buffer.hold == .milliseconds(600))
    }

    @Test func `repeated packets are dropped wherever they are`() {
        var buffer = JitterBuffer()
        _ = buffer.insert(packet(1), at: milliseconds(0))
        #expect(buffer.insert(packet(1), at: milliseconds(1)) == .duplicate)
        #expect(buffer.popAll(at: milliseconds(20)) == [1])
        #expect(buffer.insert(packet(1), at: milliseconds(21)) == .duplicate)
    }

    @Test func `numbers wrap around`() {
        var buffer = JitterBuffer()
        var sequences: [Int64] = []
        for number in 65_530..<65_550 {
            _ = buffer.insert(packet(number), at: milliseconds(number))
            while let popped = buffer.pop(at: milliseconds(number + 30)) { sequences.append(popped.sequence) }
        }
        #expect(sequences == Array(65_530..<65_550))
    }

    @Test func `a single stray packet is dropped and a restarted stream is believed`() throws {
        var buffer = JitterBuffer()
        _ = buffer.insert(packet(100), at: milliseconds(0))
        #expect(buffer.popAll(at: milliseconds(20)) == [100])
        #expect(buffer.insert(packet(30_000), at: milliseconds(21)) == .stray)
        #expect(buffer.insert(packet(101), at: milliseconds(22)) == .queued(wasMissing: false))
        #expect(buffer.popAll(at: milliseconds(22)) == [101])
        #expect(buffer.insert(packet(40_000), at: milliseconds(23)) == .stray)
        #expect(buffer.insert(packet(40_001), at: milliseconds(24)) == .queued(wasMissing: false))
        let popped = try buffer.popOne(at: milliseconds(60))
        #expect(popped.isRestart)
        #expect(popped.sequence > 101)
        #expect(popped.sequence & 0xFFFF == 40_001)
    }

    @Test func `what is kept is bounded`() {
        var settings = JitterBuffer.Settings()
        settings.capacity = 64
        var buffer = JitterBuffer(settings: settings)
        _ = buffer.insert(packet(0), at: milliseconds(0))
        #expect(buffer.popAll(at: milliseconds(20)) == [0])
        // Packet 1 never comes, and no time passes in which it could be given up.
        for number in 2..<1000 { _ = buffer.insert(packet(number), at: milliseconds(20)) }
        var kept = 0
        var lost = 0
        while let popped = buffer.drain() {
            kept += 1
            lost += popped.lostBefore
        }
        #expect(kept == 64)
        #expect(lost == 999 - 64)
    }

    @Test func `the end gives everything`() {
        var buffer = JitterBuffer()
        for number in [1, 2, 5, 6, 9] { _ = buffer.insert(packet(number), at: milliseconds(0)) }
        var numbers: [Int] = []
        var lost = 0
        while let popped = buffer.drain() {
            numbers.append(Int(popped.packet.sequenceNumber.rawValue))
            lost += popped.lostBefore
        }
        #expect(numbers == [1, 2, 5, 6, 9])
        #expect(lost == 4)
        #expect(buffer.isEmpty)
    }

    /// Sends 5000 packets, 5 ms apart, over a path with jitter, loss, duplication, and retransmission after 60 ms.
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `nothing is lost, repeated or out of order when retransmissions come in time`(seed: UInt64) {
        var generator = SplitMix(state: seed)
        var arrivals: [(at: Int, number: Int)] = []
        for number in 0..<5000 {
            var at = number * 5 + Int.random(in: 0...50, using: &generator)
            // The first is not lost: nobody could know that it is missing.
            if number > 0, Int.random(in: 0..<100, using: &generator) < 10 { at += 60 }
            arrivals.append((at, number + 60_000))
            if Int.random(in: 0..<100, using: &generator) < 3 { arrivals.append((at + 7, number + 60_000)) }
        }
        arrivals.sort { $0.at < $1.at }
        // The start is judged by what came within the start's hold, so let the first one lead.
        arrivals.removeAll { $0.number == 60_000 }
        arrivals.insert((0, 60_000), at: 0)
        var buffer = JitterBuffer()
        var sequences: [Int64] = []
        var lost = 0
        func take(_ popped: JitterBuffer.Popped) {
            sequences.append(popped.sequence)
            lost += popped.lostBefore
        }
        for arrival in arrivals {
            while let deadline = buffer.nextDeadline, deadline < milliseconds(arrival.at) {
                guard let popped = buffer.pop(at: deadline) else { break }
                take(popped)
            }
            _ = buffer.insert(packet(arrival.number), at: milliseconds(arrival.at))
            while let popped = buffer.pop(at: milliseconds(arrival.at)) { take(popped) }
        }
        while let popped = buffer.drain() { take(popped) }
        #expect(lost == 0)
        #expect(sequences == Array(60_000..<65_000))
    }
}
