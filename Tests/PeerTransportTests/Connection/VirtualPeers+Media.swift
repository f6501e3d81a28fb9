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
