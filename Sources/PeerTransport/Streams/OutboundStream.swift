import MediaWire

/// One source we send: a layer of a simulcast or the only stream of a track, with the source of its retransmissions.
final class OutboundStream {
    let sender: SenderID
    let rid: String?
    let ssrc: SSRC
    let retransmissionSSRC: SSRC
    let cname: String
    /// The rid as header extension.
    let ridBytes: [UInt8]
    var clockRate: Int
    var clock = SenderClock()
    var buffer: RetransmissionBuffer
    var retransmissionSequence: SequenceNumber
    /// Whether a report has named the source: then the peer knows it, and mid and rid need not be sent any more.
    var isKnownToPeer = false
    var isRepairKnownToPeer = false
    var packets = 0
    var bytes = 0
    /// Whether anything was sent since the last report.
    var sentSinceReport = false
    /// The latest sender reports, by the bits that reports on us echo.
    private var sentReports: [(compactNTP: UInt32, at: Instant)] = []
    var retransmissions = 0
    var unanswered = 0

    init(_ stream: SenderDescription.Stream, of sender: SenderDescription) {
        self.sender = sender.id
        rid = stream.rid
        ssrc = stream.ssrc
        retransmissionSSRC = stream.retransmission
        cname = sender.cname
        ridBytes = Array((stream.rid ?? "").utf8)
        clockRate = sender.codecs.first?.clockRate ?? 90_000
        buffer = RetransmissionBuffer(
            depth: sender.kind == .video ? RetransmissionBuffer.videoDepth : RetransmissionBuffer.audioDepth
        )
        retransmissionSequence = SequenceNumber(rawValue: UInt16.random(in: 0...UInt16.max))
    }

    /// Notes a sender report, so that its echo can be recognised.
    func didReport(_ ntp: WallClock, at now: Instant) {
        // Reports are a second apart, echoes come within a round trip.
        if sentReports.count == 4 { sentReports.removeFirst() }
        sentReports.append((ntp.compact, now))
    }

    /// The round trip of a sender report and its echo, which was held for that many 1/65536 s; nil if it echoes none.
    ///
    /// By our own clock, since the times in reports may be those of a publisher elsewhere.
    func roundTrip(answering compactNTP: UInt32, heldFor delay: UInt32, at now: Instant) -> Duration? {
        guard let sent = sentReports.last(where: { $0.compactNTP == compactNTP }) else { return nil }
        let held = Duration.nanoseconds(Int64(delay) * 1_000_000_000 / 65_536)
        return max(now - sent.at - held, .zero)
    }
}
