import MediaWire

/// Unwraps the sequence numbers of one received stream and tells new packets from duplicates.
///
/// A number far outside the window is either a stray or the sign of a sender that started over (RFC 3550 A.1): it is
/// refused until the next packet continues it.
struct SequenceWindow {
    /// What a packet's number says about it.
    enum Verdict: Equatable {
        /// First seen; its extended number.
        case fresh(Int64)
        /// First seen, and the sender started over: nothing before it is comparable.
        case restarted(Int64)
        /// Seen before.
        case duplicate
        /// Too far from the stream to belong to it, or older than the window remembers.
        case outside
    }

    /// How many numbers behind the newest are remembered: over half a second of 1500 packets a second, longer than
    /// any retransmission is worth waiting for.
    static let depth: Int64 = 1024
    /// A forward jump up to this is loss (MAX_DROPOUT of RFC 3550 A.1).
    static let maximumJump = 3000

    private var seen = [UInt64](repeating: 0, count: Int(depth / 64))
    private(set) var highest: Int64?
    private var afterStray: SequenceNumber?

    /// Judges a packet of the stream itself.
    mutating func receive(_ number: SequenceNumber) -> Verdict {
        guard let highest else {
            self.highest = Int64(number.rawValue)
            mark(Int64(number.rawValue))
            return .fresh(Int64(number.rawValue))
        }
        let newest = SequenceNumber(rawValue: UInt16(truncatingIfNeeded: highest))
        let step = newest.distance(to: number)
        if step > 0, step <= Self.maximumJump {
            afterStray = nil
            return advance(to: highest + Int64(step), from: highest)
        }
        if step <= 0, Int64(-step) < Self.depth {
            return recall(highest + Int64(step))
        }
        return judgeStray(number, after: highest)
    }

    /// Judges a retransmission, which may fill gaps and never moves the window.
    mutating func recover(_ number: SequenceNumber) -> Verdict {
        guard let highest else { return .outside }
        let newest = SequenceNumber(rawValue: UInt16(truncatingIfNeeded: highest))
        let step = newest.distance(to: number)
        if step > 0 {
            // Every packet after the newest may have been lost but this one: the window follows a short step.
            return Int64(step) < Self.depth ? advance(to: highest + Int64(step), from: highest) : .outside
        }
        return Int64(-step) < Self.depth ? recall(highest + Int64(step)) : .outside
    }

    private mutating func judgeStray(_ number: SequenceNumber, after highest: Int64) -> Verdict {
        guard let afterStray, afterStray == number else {
            self.afterStray = number &+ 1
            return .outside
        }
        // A whole cycle on, so that extended numbers keep growing.
        let base = (highest &>> 16 &+ 2) &<< 16
        for index in seen.indices { seen[index] = 0 }
        self.afterStray = nil
        self.highest = base + Int64(number.rawValue)
        mark(base + Int64(number.rawValue))
        return .restarted(base + Int64(number.rawValue))
    }

    private mutating func advance(to number: Int64, from highest: Int64) -> Verdict {
        if number - highest >= Self.depth {
            for index in seen.indices { seen[index] = 0 }
        } else {
            var skipped = highest + 1
            while skipped <= number {
                seen[Self.word(skipped)] &= ~Self.bit(skipped)
                skipped += 1
            }
        }
        self.highest = number
        mark(number)
        return .fresh(number)
    }

    private mutating func recall(_ number: Int64) -> Verdict {
        guard seen[Self.word(number)] & Self.bit(number) == 0 else { return .duplicate }
        mark(number)
        return .fresh(number)
    }

    private mutating func mark(_ number: Int64) { seen[Self.word(number)] |= Self.bit(number) }

    private static func word(_ number: Int64) -> Int { Int((number & (depth - 1)) >> 6) }
    private static func bit(_ number: Int64) -> UInt64 { 1 << UInt64(number & 63) }
}
