import MediaWire

/// What the payload types of a section mean, looked up for every packet.
struct PayloadMap {
    /// What one payload type means.
    enum Meaning {
        /// Media of a codec.
        case media(Codec, clockRate: Int)
        /// A retransmission; the payload type of what it carries.
        case retransmission(of: UInt8)
    }

    /// Indexed by payload type.
    private var meanings = [Meaning?](repeating: nil, count: 128)

    init(_ codecs: [CodecParameters]) {
        for parameters in codecs {
            meanings[Int(parameters.payloadType & 127)] = .media(parameters.codec, clockRate: parameters.clockRate)
            if let retransmission = parameters.retransmissionPayloadType {
                meanings[Int(retransmission & 127)] = .retransmission(of: parameters.payloadType)
            }
        }
    }

    subscript(payloadType: UInt8) -> Meaning? { meanings[Int(payloadType & 127)] }
}
