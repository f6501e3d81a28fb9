import MediaWire

/// Puts the packets of one RTP stream back in order and waits, for a bounded time, for those that are missing.
///
/// Packets in sequence pass straight through. When one is missing, those behind it wait for its retransmission until
/// the hold is over; then the gap is given up and reported with the next packet. A packet that comes after its gap was
/// given up is counted as late, and the hold grows to what would have saved it, up to a limit; it shrinks back slowly.
/// A gap in which nothing of use can be missing is closed up at once. Pure: time is an argument, and ``nextDeadline`` says
/// when to look again.
package struct JitterBuffer {
    /// How long to wait, and how much to keep.
    package struct Settings {
        /// How long a missing packet is waited for.
        package var hold = Duration.milliseconds(200)
        /// What the hold may grow to when packets keep coming too late.
        package var maximumHold = Duration.milliseconds(600)
        /// How long a missing packet of a picture is waited for before a key frame is asked for beside.
        ///
        /// The answer to a third request comes by then, at a round trip of 80 ms. If the packet comes after all, a key frame too
        /// many was sent; if not, the picture stands still for less.
        package var keyFrameDelay = Duration.milliseconds(350)
        /// How long the very first packet waits for reordered predecessors: the first picture is worth it.
        package var startHold = Duration.milliseconds(20)
        /// Packets kept; a power of two.
        ///
        /// 2048 packets of 1200 bytes are 2.4 MB, a second at 20 Mbit/s.
        package var capacity = 2048

        /// What a subscriber uses.
        package init() {}
    }

    /// What became of an inserted packet.
    enum Insertion: Hashable {
        /// It is kept; `wasMissing` says that later packets had been here before it.
        case queued(wasMissing: Bool)
        /// It is here already, was delivered, or nothing was missing where it belongs.
        case duplicate
        /// Its turn is over.
        case late
        /// It is far from everything before and its neighbour has not been seen: probably damaged, dropped.
        case stray
    }

    /// A packet whose turn it is.
    struct Popped {
        var packet: RTPPacket
        /// Sequence number extended to 64 bits, continuous over a restart of the stream and over gaps that were closed up.
        var sequence: Int64
        var arrival: Instant
        /// How many packets were given up just before this one.
        var lostBefore: Int
        /// Whether the stream jumped here: its numbering started anew.
        var isRestart: Bool
    }

    private struct Slot {
        var packet: RTPPacket
        var arrival: Instant
    }

    private let settings: Settings
    private var slots: [Slot?]
    /// Extended number of the packet whose turn is next; nil before the first.
    private var next: Int64?
    /// Highest extended number seen.
    private var highest: Int64 = 0
    private var count = 0
    private var hasDelivered = false
    private var lostBefore = 0
    private var isRestart = false
    /// How many numbers were closed up so far.
    private var closedUp: Int64 = 0
    /// When the packets now in front of a gap began to wait; valid for `gap.next == next`.
    private var gap: (next: Int64, since: Instant)?
    /// The last gaps given up: what the hold learns from.
    private var givenUp: [(sequence: Int64, since: Instant)] = []
    private var stray: SequenceNumber?
    private var lastLate: Instant?
    /// How long a missing packet is waited for at present.
    private(set) var hold: Duration

    /// Given-up packets remembered, to tell late ones from duplicates.
    private static let rememberedLosses = 256

    init(settings: Settings = Settings()) {
        precondition(settings.capacity > 0 && settings.capacity & (settings.capacity - 1) == 0)
        self.settings = settings
        hold = settings.hold
        slots = Array(repeating: nil, count: settings.capacity)
    }

    /// Whether nothing is kept.
    var isEmpty: Bool { count == 0 }

    /// Takes a packet in the order of arrival.
    mutating func insert(_ packet: RTPPacket, at now: Instant) -> Insertion {
        relax(at: now)
        guard let next else {
            next = Int64(packet.sequenceNumber.rawValue)
            highest = Int64(packet.sequenceNumber.rawValue)
            store(packet, as: highest, at: now)
            return .queued(wasMissing: false)
        }
        let sequence = extended(packet.sequenceNumber)
        if abs(sequence - highest) >= Int64(settings.capacity) { return jumped(packet, at: now) }
        stray = nil
        if sequence < next { return insertBehind(packet, sequence: sequence, next: next, at: now) }
        makeRoom(for: sequence)
        guard slots[index(sequence)] == nil else { return .duplicate }
        let wasMissing = sequence < highest
        highest = max(highest, sequence)
        store(packet, as: sequence, at: now)
        return .queued(wasMissing: wasMissing)
    }

    /// Whether the packet with this number was neither received nor given up yet.
    func isMissing(_ number: SequenceNumber) -> Bool {
        guard let next else { return false }
        let sequence = extended(number)
        return sequence >= next && sequence < highest && slots[index(sequence)] == nil
    }

    /// The next packet whose turn it is; call until nil.
    ///
    /// - Parameter follows: whether nothing of use can be in this many packets missing before this one.
    mutating func pop(
        at now: Instant,
        follows: (RTPPacket, _ missing: Int) -> Bool = { _, _ in false }
    ) -> Popped? {
        guard count > 0, let next else { return nil }
        if !hasDelivered, let first = slots[index(next)], now < first.arrival + settings.startHold { return nil }
        if slots[index(next)] != nil { return take(next) }
        if !closeUpGap(follows) {
            guard now >= gapStart(at: next) + hold else { return nil }
            giveUpGap()
        }
        return self.next.flatMap { take($0) }
    }

    /// The next packet that is here, whatever is missing before it: for the end of a track.
    mutating func drain(follows: (RTPPacket, _ missing: Int) -> Bool = { _, _ in false }) -> Popped? {
        guard count > 0, let next else { return nil }
        if slots[index(next)] == nil, !closeUpGap(follows) { giveUpGap() }
        return self.next.flatMap { take($0) }
    }

    /// Since when packets have been waiting for one that is missing; nil while none is.
    var waitingSince: Instant? {
        guard count > 0, let next, slots[index(next)] == nil else { return nil }
        return firstArrival(from: next)
    }

    /// When ``pop(at:follows:)`` may have something although no packet arrives.
    var nextDeadline: Instant? {
        guard count > 0, let next else { return nil }
        if let first = slots[index(next)] { return hasDelivered ? first.arrival : first.arrival + settings.startHold }
        return firstArrival(from: next).map { $0 + hold }
    }
}

// MARK: - Order

extension JitterBuffer {
    private func index(_ sequence: Int64) -> Int { Int(truncatingIfNeeded: sequence) & (settings.capacity - 1) }

    /// The number nearest to the highest seen that ends in these 16 bits.
    private func extended(_ number: SequenceNumber) -> Int64 {
        let ahead = Int16(truncatingIfNeeded: Int64(number.rawValue) &- highest)
        return highest + Int64(ahead)
    }

    private mutating func store(_ packet: RTPPacket, as sequence: Int64, at now: Instant) {
        slots[index(sequence)] = Slot(packet: packet, arrival: now)
        count += 1
    }

    private mutating func take(_ sequence: Int64) -> Popped? {
        guard let slot = slots[index(sequence)] else { return nil }
        slots[index(sequence)] = nil
        count -= 1
        next = sequence + 1
        gap = nil
        hasDelivered = true
        defer {
            lostBefore = 0
            isRestart = false
        }
        return Popped(
            packet: slot.packet,
            sequence: sequence - closedUp,
            arrival: slot.arrival,
            lostBefore: lostBefore,
            isRestart: isRestart
        )
    }

    /// A packet from before the one whose turn it is.
    private mutating func insertBehind(
        _ packet: RTPPacket,
        sequence: Int64,
        next: Int64,
        at now: Instant
    ) -> Insertion {
        if !hasDelivered, highest - sequence < Int64(settings.capacity) {
            // Reordered before the stream began: it becomes the first.
            self.next = sequence
            store(packet, as: sequence, at: now)
            return .queued(wasMissing: true)
        }
        guard let position = givenUp.firstIndex(where: { $0.sequence == sequence }) else { return .duplicate }
        let needed = now - givenUp[position].since
        givenUp.remove(at: position)
        hold = min(settings.maximumHold, max(hold, needed * 5 / 4))
        lastLate = now
        return .late
    }

    /// A packet out of all reach: believed only when its neighbour follows (RFC 3550 appendix A.1).
    private mutating func jumped(_ packet: RTPPacket, at now: Instant) -> Insertion {
        guard stray == packet.sequenceNumber else {
            stray = packet.sequenceNumber &+ 1
            return .stray
        }
        stray = nil
        lostBefore += count
        slots = Array(repeating: nil, count: settings.capacity)
        count = 0
        gap = nil
        givenUp = []
        hasDelivered = false
        isRestart = true
        let base = (highest | 0xFFFF) + 1 + Int64(packet.sequenceNumber.rawValue)
        next = base
        highest = base
        store(packet, as: base, at: now)
        return .queued(wasMissing: false)
    }

    /// Gives up the oldest gaps until the buffer reaches up to this number.
    private mutating func makeRoom(for sequence: Int64) {
        while let next, sequence - next >= Int64(settings.capacity) {
            if slots[index(next)] != nil {
                slots[index(next)] = nil
                count -= 1
            }
            lostBefore += 1
            self.next = next + 1
        }
    }
}

// MARK: - Gaps

extension JitterBuffer {
    /// When the packets behind the gap at `next` began to wait.
    private mutating func gapStart(at next: Int64) -> Instant {
        if let gap, gap.next == next { return gap.since }
        guard let since = firstArrival(from: next) else { preconditionFailure("a gap has packets behind it") }
        gap = (next, since)
        return since
    }

    private func firstArrival(from next: Int64) -> Instant? {
        if let gap, gap.next == next { return gap.since }
        var earliest: Instant?
        var sequence = next
        while sequence <= highest {
            if let slot = slots[index(sequence)] { earliest = min(earliest ?? slot.arrival, slot.arrival) }
            sequence += 1
        }
        return earliest
    }

    /// Leaves out the gap at `next` if nothing of use can be in it; false if something can.
    private mutating func closeUpGap(_ follows: (RTPPacket, _ missing: Int) -> Bool) -> Bool {
        guard hasDelivered, let next else { return false }
        var present = next
        while present <= highest, slots[index(present)] == nil { present += 1 }
        guard let slot = slots[index(present)], follows(slot.packet, Int(present - next)) else { return false }
        closedUp += present - next
        self.next = present
        gap = nil
        return true
    }

    private mutating func giveUpGap() {
        guard var sequence = next else { return }
        let since = gapStart(at: sequence)
        while sequence <= highest, slots[index(sequence)] == nil {
            givenUp.append((sequence, since))
            lostBefore += 1
            sequence += 1
        }
        if givenUp.count > Self.rememberedLosses { givenUp.removeFirst(givenUp.count - Self.rememberedLosses) }
        next = sequence
        gap = nil
    }

    /// Lets a grown hold shrink by a tenth for every ten seconds without late packets.
    private mutating func relax(at now: Instant) {
        guard hold > settings.hold, let late = lastLate, now - late >= .seconds(10) else { return }
        hold = max(settings.hold, hold * 9 / 10)
        lastLate = now
    }
}
