import MediaWire

/// The packets of one layer that are here although one before them is not.
///
/// A subscription begins with the first packet of a key frame. Where that comes late, because it was overtaken or had to be
/// repeated, those behind it have gone by already: they are kept here until nothing is missing before them, so that they can
/// be forwarded after it. Where nothing is missing, nothing is kept, but for the first second, in which the beginning may be.
struct OvertakingPackets: Sendable {
    /// How long a missing packet may take to come: ten requests at a round trip of 130 ms.
    static let patience = Duration.seconds(1)
    /// Packets kept; `patience` at 5 Mbit/s.
    static let capacity = 512
    /// How many packets may have been overtaken by the first that came.
    static let overtakenAtFirst: Int64 = 16

    /// The lowest number that is missing; nil before the first packet.
    private var next: Int64?
    /// In the order of their numbers.
    private var packets: [SourcePacket] = []

    /// Takes in a packet in the order of arrival.
    ///
    /// - Returns: those that came before it though they are behind it, if they are known; nil when they are not any more.
    mutating func receive(_ packet: SourcePacket) -> [SourcePacket]? {
        // What is further back than anything kept was numbered anew.
        if let next, packet.sequence < next - Int64(Self.capacity) { self = OvertakingPackets() }
        let next = self.next ?? packet.sequence - Self.overtakenAtFirst
        self.next = next
        guard packet.sequence >= next else { return nil }
        guard packet.sequence > next || !packets.isEmpty else {
            self.next = next + 1
            return []
        }
        let place = packets.lastIndex { $0.sequence < packet.sequence }.map { $0 + 1 } ?? 0
        let overtakers = Array(packets[place...])
        packets.insert(packet, at: place)
        settle(at: packet.arrival)
        return overtakers
    }

    /// Lets go of packets that nothing is missing before, or that too much is missing before for too long.
    private mutating func settle(at now: Instant) {
        guard var next else { return }
        var count = 0
        for packet in packets {
            let isGivenUp = now - packet.arrival >= Self.patience || packets.count - count > Self.capacity
            guard packet.sequence <= next || isGivenUp else { break }
            next = packet.sequence + 1
            count += 1
        }
        packets.removeFirst(count)
        self.next = next
    }
}
