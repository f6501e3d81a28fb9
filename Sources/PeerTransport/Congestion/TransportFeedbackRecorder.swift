import MediaWire

/// Notes when packets with transport-wide numbers arrived, and says when to tell their sender.
///
/// A packet that comes late, after its number was reported as missing, makes the next report start at it, with what is
/// known about its successors said again: the sender then revises, as libwebrtc's own receiver lets it.
struct TransportFeedbackRecorder {
    /// Arrivals remembered, a power of two; half a second of 16 Mbit/s.
    static let depth = 1024
    /// The longest time an arrival waits to be reported.
    static let interval = Duration.milliseconds(100)
    /// A frame's last packet makes a report worth sending after this (sfu.md §4.2).
    static let frameInterval = Duration.milliseconds(50)
    /// More than this make one worthwhile at the end of a frame, and more than five times as many at once.
    static let frameThreshold = 20
    static let urgentThreshold = 100

    private var arrivals = [TransportFeedback.Arrival?](repeating: nil, count: depth)
    private var window = SequenceExtender()
    private var highest: Int64?
    /// The first number that the next report covers.
    private var next: Int64 = 0
    private var pending = 0
    private var lastReport: Instant?
    private var count: UInt8 = 0
    private(set) var nextDue: Instant?

    /// Notes an arrival; true if a report should go out at once.
    mutating func received(_ number: SequenceNumber, marker: Bool, at now: Instant) -> Bool {
        let sequence = window.extend(number)
        if let highest, highest - sequence >= Int64(Self.depth) { return false }
        if highest == nil { next = sequence }
        let slot = Int(sequence & Int64(Self.depth - 1))
        guard arrivals[slot]?.sequence != sequence else { return false }
        arrivals[slot] = TransportFeedback.Arrival(sequence: sequence, time: now)
        highest = max(highest ?? sequence, sequence)
        next = min(next, sequence)
        pending += 1
        let since = lastReport ?? now
        if lastReport == nil { lastReport = now }
        if nextDue == nil { nextDue = max(since + Self.interval, now) }
        return pending > Self.urgentThreshold
            || (pending > Self.frameThreshold && marker && now - since >= Self.frameInterval)
    }

    /// The messages that report what is pending.
    mutating func takeReport(sender: SSRC, media: SSRC, at now: Instant) -> [TransportFeedback] {
        nextDue = nil
        pending = 0
        lastReport = now
        guard let highest else { return [] }
        next = max(next, highest - Int64(Self.depth) + 1)
        var reported: [TransportFeedback.Arrival] = []
        for sequence in next..<max(highest + 1, next) {
            if let arrival = arrivals[Int(sequence & Int64(Self.depth - 1))], arrival.sequence == sequence {
                reported.append(arrival)
            }
        }
        var messages = TransportFeedback.messages(
            reporting: reported,
            senderSSRC: sender,
            mediaSSRC: media,
            firstCount: count
        )
        if let first = reported.first, first.sequence > next, !messages.isEmpty {
            // What was lost right before the first arrival is said too.
            let lost = Int(first.sequence - next)
            messages[0].baseSequence = messages[0].baseSequence &- lost
            messages[0].statuses.insert(contentsOf: repeatElement(.notReceived, count: lost), at: 0)
        }
        count = count &+ UInt8(truncatingIfNeeded: messages.count)
        next = highest + 1
        return messages
    }
}
