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
    var retransmissions = 0
    var unanswered = 0

    init(_ stream: SenderDescription.Stream, of sender: SenderDescription, retransmissionSequence: SequenceNumber) {
        self.sender = sender.id
        rid = stream.rid
        ssrc = stream.ssrc
        retransmissionSSRC = stream.retransmission
        cname = sender.cname
        ridBytes = Array((stream.rid ?? "").utf8)
        clockRate = sender.codecs.first?.clockRate ?? 90_000
        buffer = RetransmissionBuffer(
            depth: sender.kind == .video ? RetransmissionBuffer.videoDepth : RetransmissionBuffer.audioDepth)
        self.retransmissionSequence = retransmissionSequence
    }
}
