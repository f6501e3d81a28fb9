import MediaWire
import Testing

@Suite struct TransportFeedbackTests {
    private static func messages(_ arrivals: [(Int64, Int64)], firstCount: UInt8 = 0) -> [TransportFeedback] {
        TransportFeedback.messages(
            reporting: arrivals.map {
                TransportFeedback.Arrival(sequence: $0.0, time: Instant(nanoseconds: $0.1 * 1_000))
            },
            senderSSRC: 1,
            mediaSSRC: 2,
            firstCount: firstCount
        )
    }

    @Test func `arrivals become deltas from the reference time`() throws {
        // 130 ms is two units of 64 ms and eight ticks.
        let messages = Self.messages([(65_535, 130_000), (65_536, 131_000), (65_539, 130_500), (65_540, 330_500)])
        let feedback = try #require(messages.first)
        #expect(messages.count == 1)
        #expect(feedback.baseSequence == 65_535 && feedback.referenceTime == 2)
        #expect(
            feedback.statuses == [
                .received(delta: 8), .received(delta: 4), .notReceived, .notReceived, .received(delta: -2),
                .received(delta: 800),
            ]
        )
        #expect(feedback.arrivals.map(\.sequence) == [65_535, 0, 3, 4])
        #expect(feedback.arrivals.map(\.time) == [130_000, 131_000, 130_500, 330_500].map { .microseconds($0) })
    }

    @Test func `a long silence begins another message`() {
        let messages = Self.messages([(1, 0), (2, 9_000_000), (3, 9_000_250)], firstCount: 255)
        #expect(messages.map(\.feedbackCount) == [255, 0])
        #expect(messages.map(\.baseSequence) == [1, 2])
        #expect(messages[1].arrivals.map(\.time) == [.microseconds(9_000_000), .microseconds(9_000_250)])
    }

    @Test func `a wide gap begins another message`() {
        let limit = Int64(TransportFeedback.maximumStatusCount)
        #expect(Self.messages([(1, 0), (limit, 0)]).map(\.statuses.count) == [Int(limit)])
        #expect(Self.messages([(1, 0), (limit + 1, 0)]).map(\.baseSequence) == [1, 16_385])
        #expect(Self.messages([]).isEmpty)
    }

    @Test func `the reference time wraps in 24 bits`() throws {
        let time = Int64(1 << 23) * 64_000
        let feedback = try #require(Self.messages([(1, time)]).first)
        #expect(feedback.referenceTime == -(1 << 23))
        let bytes = RTCPPacket.transportFeedback(feedback).serialized()
        #expect(try RTCPPacket.parseCompound(bytes) == [.transportFeedback(feedback)])
    }

    @Test(arguments: [0.0, 0.02, 0.5, 0.97])
    func `any pattern of loss survives the wire`(loss: Double) throws {
        var generator = SeededGenerator(seed: UInt64(loss * 100))
        for _ in 0..<200 {
            var time: Int64 = 1_000_000
            var arrivals: [(Int64, Int64)] = []
            for sequence in 0..<Int64.random(in: 1...400, using: &generator) {
                time += Int64.random(in: -2_000...80_000, using: &generator)
                if Double.random(in: 0..<1, using: &generator) >= loss { arrivals.append((sequence, time)) }
            }
            let messages = Self.messages(arrivals)
            let bytes = RTCPPacket.serialize(messages.map(RTCPPacket.transportFeedback))
            #expect(bytes.count % 4 == 0)
            guard !messages.isEmpty else { continue }
            #expect(try RTCPPacket.parseCompound(bytes) == messages.map(RTCPPacket.transportFeedback))
            let read = messages.flatMap(\.arrivals)
            #expect(read.map { Int64($0.sequence.rawValue) } == arrivals.map(\.0))
            // A tick rounds down.
            for (arrival, expected) in zip(read, arrivals) {
                #expect((0..<250).contains(expected.1 - arrival.time.nanoseconds / 1_000))
            }
        }
    }

    @Test func `long runs take few chunks`() throws {
        let feedback = TransportFeedback(
            senderSSRC: 1,
            mediaSSRC: 2,
            baseSequence: 0,
            referenceTime: 0,
            feedbackCount: 0,
            statuses: [.received(delta: 1)] + [TransportFeedback.Status](repeating: .notReceived, count: 10_000)
        )
        let bytes = RTCPPacket.transportFeedback(feedback).serialized()
        #expect(bytes.count == 28)
        #expect(try RTCPPacket.parseCompound(bytes) == [.transportFeedback(feedback)])
    }
}
