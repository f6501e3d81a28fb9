import MediaWire

/// One source we receive, and what we know to report about it.
final class InboundStream {
    let ssrc: SSRC
    let layer: InboundLayer
    let isRepair: Bool
    var window = SequenceWindow()
    var nacks = NACKTracker()
    var statistics: ReceptionStatistics
    /// The middle bits of the last sender report's time, and when it came: LSR and DLSR of our reports.
    var lastSenderReport: (compactNTP: UInt32, arrival: Instant)?
    /// When the last packet came; a stream that fell silent is no longer reported.
    var lastArrival: Instant
    var bytes = 0
    var recovered = 0
    var duplicates = 0
    var nacksSent = 0

    init(ssrc: SSRC, layer: InboundLayer, isRepair: Bool, clockRate: Int, at now: Instant) {
        self.ssrc = ssrc
        self.layer = layer
        self.isRepair = isRepair
        statistics = ReceptionStatistics(clockRate: clockRate)
        lastArrival = now
    }

    /// Counts a packet of the source; false if it must not be used.
    func accept(_ packet: RTPPacket, at arrival: Instant, asksForLosses: Bool) -> Bool {
        switch window.receive(packet.sequenceNumber) {
        case .fresh(let number):
            count(packet, number: number, at: arrival)
            if asksForLosses { nacks.received(number, at: arrival) }
        case .restarted(let number):
            statistics.restart()
            nacks.restart(at: number)
            count(packet, number: number, at: arrival)
        case .duplicate:
            duplicates += 1
            return false
        case .outside:
            return false
        }
        return true
    }

    /// Counts a packet that came by retransmission; false if it is not new.
    func acceptRecovered(_ packet: RTPPacket, at arrival: Instant) -> Bool {
        switch window.recover(packet.sequenceNumber) {
        case .fresh(let number), .restarted(let number):
            nacks.received(number, at: arrival)
            recovered += 1
            return true
        case .duplicate:
            duplicates += 1
            return false
        case .outside:
            return false
        }
    }

    private func count(_ packet: RTPPacket, number: Int64, at arrival: Instant) {
        lastArrival = arrival
        bytes += packet.payload.count
        statistics.receive(number, timestamp: packet.timestamp, at: arrival)
    }
}
