extension TransportFeedback {
    /// One packet as it arrived.
    public struct Arrival: Sendable, Hashable {
        /// The transport number, extended to 64 bits.
        public var sequence: Int64
        /// When it arrived.
        public var time: Instant

        /// The arrival of packet `sequence` at `time`.
        public init(sequence: Int64, time: Instant) {
            self.sequence = sequence
            self.time = time
        }
    }

    /// The messages that report `arrivals`, strictly ascending in their numbers.
    ///
    /// Usually one. A gap of more packets than a message covers, or of more time than a delta holds (8 s), begins
    /// another. Packets between the arrivals are reported as not received.
    ///
    /// - Parameter firstCount: The feedback count of the first message; the following ones count on.
    public static func messages(
        reporting arrivals: [Arrival],
        senderSSRC: SSRC,
        mediaSSRC: SSRC,
        firstCount: UInt8
    ) -> [TransportFeedback] {
        var messages: [TransportFeedback] = []
        var lastSequence: Int64 = 0
        var lastTicks: Int64 = 0
        for arrival in arrivals {
            let ticks = floorDivide(arrival.time.nanoseconds, 250_000)
            if !messages.isEmpty {
                precondition(arrival.sequence > lastSequence, "arrivals are reported in ascending order")
                let missing = Int(clamping: arrival.sequence - lastSequence - 1)
                let last = messages.count - 1
                if let delta = Int16(exactly: ticks - lastTicks),
                    missing < maximumStatusCount - messages[last].statuses.count
                {
                    messages[last].statuses.append(contentsOf: repeatElement(.notReceived, count: missing))
                    messages[last].statuses.append(.received(delta: delta))
                    (lastSequence, lastTicks) = (arrival.sequence, ticks)
                    continue
                }
            }
            let reference = floorDivide(ticks, ticksInReference)
            messages.append(
                TransportFeedback(
                    senderSSRC: senderSSRC,
                    mediaSSRC: mediaSSRC,
                    baseSequence: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: arrival.sequence)),
                    referenceTime: Int32(truncatingIfNeeded: (reference << 40) >> 40),
                    feedbackCount: firstCount &+ UInt8(truncatingIfNeeded: messages.count),
                    statuses: [.received(delta: Int16(ticks - reference * ticksInReference))]
                )
            )
            (lastSequence, lastTicks) = (arrival.sequence, ticks)
        }
        return messages
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
