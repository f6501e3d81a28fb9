import MediaWire

/// Gives the packets of a subscription one continuous 64-bit timeline, whatever streams it is made of.
///
/// Within a stream it extends the 32-bit RTP timestamp. When the stream is replaced (the server was reconnected to, the
/// source changed its SSRC) the new numbering is shifted to go on where the old one stood, plus the time that passed
/// between the two by arrival.
struct StreamTimeline {
    private let clockRate: Int64
    /// The last packet: its timestamp as received, its place on the timeline, its arrival.
    private var last: (timestamp: UInt32, place: Int64, arrival: Instant)?
    private var isRestarting = false

    init(clockRate: Int) {
        precondition(clockRate > 0)
        self.clockRate = Int64(clockRate)
    }

    /// The next packet belongs to another stream.
    mutating func restart() { isRestarting = last != nil }

    /// The place of a packet on the timeline.
    mutating func place(_ timestamp: UInt32, arrival: Instant) -> Int64 {
        guard let last else {
            self.last = (timestamp, Int64(timestamp), arrival)
            return Int64(timestamp)
        }
        let place: Int64
        if isRestarting {
            isRestarting = false
            let elapsed = max(0, (arrival - last.arrival).nanoseconds)
            // Split so that a long interruption cannot overflow the product.
            place =
                last.place + elapsed / 1_000_000_000 * clockRate + elapsed % 1_000_000_000 * clockRate / 1_000_000_000
        } else {
            place = extended(timestamp, after: last)
        }
        self.last = (timestamp, place, arrival)
        return place
    }

    /// The place of a sender report's timestamp; nil while no packet says where the stream stands.
    func place(ofReport timestamp: UInt32) -> Int64? {
        guard let last, !isRestarting else { return nil }
        return extended(timestamp, after: last)
    }

    private func extended(_ timestamp: UInt32, after last: (timestamp: UInt32, place: Int64, arrival: Instant)) -> Int64
    {
        last.place + Int64(Int32(truncatingIfNeeded: Int64(timestamp) - Int64(last.timestamp)))
    }
}
