import MediaWire

/// Numbers the packets we send over all streams, and matches the peer's feedback to them.
///
/// Used only where transport-wide feedback was negotiated for sending.
struct SentPacketHistory {
    /// Packets remembered, a power of two; feedback older than this is of no use.
    static let depth = 2048

    private struct Sent {
        var number: UInt16
        var at: Instant
        var size: Int
    }

    private var next: UInt16 = 1
    private var sent: [Sent?] = []

    /// The number for the next packet.
    var nextNumber: UInt16 { next }

    /// Notes that the packet with `nextNumber` was sent.
    mutating func didSend(size: Int, at now: Instant) {
        if sent.isEmpty { sent = [Sent?](repeating: nil, count: Self.depth) }
        sent[Int(next) & (Self.depth - 1)] = Sent(number: next, at: now, size: size)
        next &+= 1
    }

    /// What became of the packets a feedback message covers; those forgotten are left out.
    func outcomes(of feedback: TransportFeedback) -> TransportFeedbackSummary {
        guard !sent.isEmpty else { return TransportFeedbackSummary(outcomes: []) }
        var outcomes: [TransportFeedbackSummary.Outcome] = []
        var ticks = Int64(feedback.referenceTime) * TransportFeedback.ticksInReference
        for (offset, status) in feedback.statuses.enumerated() {
            var arrival: Duration?
            if case .received(let delta) = status {
                ticks += Int64(delta)
                arrival = TransportFeedback.tick * Double(ticks)
            }
            let number = (feedback.baseSequence &+ offset).rawValue
            guard let packet = sent[Int(number) & (Self.depth - 1)], packet.number == number else { continue }
            outcomes.append(.init(sentAt: packet.at, arrival: arrival, size: packet.size))
        }
        return TransportFeedbackSummary(outcomes: outcomes)
    }
}
