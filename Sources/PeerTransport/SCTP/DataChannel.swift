/// One data channel, as `DataChannels` keeps it.
struct DataChannel {
    enum State {
        /// Waits for the association. Next: `open`, `closing`.
        case connecting
        /// Carries messages both ways. Next: `closing`, or gone when the peer resets its stream.
        case open
        /// Our direction is, or is about to be, reset; gone when the peer has reset its own.
        case closing
    }

    let id: DataChannelID
    let label: String
    let subprotocol: String
    let ordered: Bool
    let maxRetransmits: UInt16?
    /// Whether both sides know of the channel without DCEP.
    let isNegotiated: Bool
    /// Nil until the association and with it our parity is known.
    var stream: UInt16?
    var state = State.connecting
    /// Whether the peer knows the channel for certain.
    ///
    /// Before, messages must not overtake the one that opens it (RFC 8832 §6).
    var isAcknowledged: Bool
}
