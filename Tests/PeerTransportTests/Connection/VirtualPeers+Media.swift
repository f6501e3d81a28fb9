import MediaWire
import PeerTransport
import TestKit

extension VirtualPeers {
    /// Media the right side received so far.
    var receivedMedia: [ReceivedMedia] {
        rightEvents.compactMap { if case .media(let media) = $0.event { media } else { nil } }
    }

    /// Sends packets of three to a frame and thirty frames a second, numbers and timestamps by count.
    func sendVideo(
        _ packets: Range<Int>,
        on sender: SenderID,
        rid: String? = nil,
        codec: Codec = .vp8,
        pacing: Duration = .milliseconds(11)
    ) {
        for packet in packets {
            left.send(Self.video(packet, codec: codec), on: sender, rid: rid, at: now)
            run(for: pacing)
        }
    }

    /// The same over a lossy network, but for the ends: a loss before the first packet that arrives, or after the last,
    /// shows in no gap.
    func sendVideoWithSafeEnds(_ count: Int, on sender: SenderID, codec: Codec = .vp8) {
        let loss = toRight.conditions.loss
        toRight.conditions.loss = 0
        sendVideo(0..<3, on: sender, codec: codec)
        toRight.conditions.loss = loss
        sendVideo(3..<count - 3, on: sender, codec: codec)
        toRight.conditions.loss = 0
        sendVideo(count - 3..<count, on: sender, codec: codec)
        toRight.conditions.loss = loss
        run(for: .seconds(2))
    }

    static func video(_ packet: Int, codec: Codec = .vp8) -> OutgoingMedia {
        OutgoingMedia(
            codec: codec,
            marker: packet % 3 == 2,
            sequenceNumber: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: 65_000 + packet)),
            timestamp: UInt32(packet / 3) * 3000,
            payload: (0..<200).map { UInt8(truncatingIfNeeded: packet &* 31 &+ $0) }
        )
    }
}
