import MediaWire
import PeerTransport

/// Cuts the frames of one encoding into packets with continuous sequence numbers.
struct LayerSender {
    private let codec: Codec
    private var packetizer: Packetizer
    private var sequence: SequenceNumber

    init(codec: Codec, firstSequence: SequenceNumber) {
        self.codec = codec
        packetizer = Packetizer(codec: codec, pictureID: UInt16.random(in: 0...0x7FFF))
        sequence = firstSequence
    }

    /// The packets of a frame, in order; the last carries the marker of a video frame's end.
    mutating func packets(of frame: EncodedFrame) -> [OutgoingMedia] {
        let payloads = packetizer.packetize(frame: frame.data)
        return payloads.enumerated().map { index, payload in
            defer { sequence = sequence &+ 1 }
            return OutgoingMedia(
                codec: codec,
                marker: codec.kind == .video && index == payloads.count - 1,
                sequenceNumber: sequence,
                timestamp: frame.timestamp,
                payload: payload,
                audioLevel: frame.audioLevel
            )
        }
    }
}
