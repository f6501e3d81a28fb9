internal import MediaWire

/// A check of ours that awaits its answer.
struct ICETransaction {
    enum Purpose {
        /// Is the pair usable?
        case check
        /// The same, and we choose it.
        case nomination
        /// Is the peer still there, and does it still want our packets (RFC 7675)?
        case consent
    }

    let purpose: Purpose
    let path: ICEPath
    /// The generation of credentials it was made with.
    let generation: Int
    /// The peer's password, which signs the answer.
    let key: [UInt8]
    let role: ICERole
    let bytes: [UInt8]
    let sentAt: Instant
    var transmissions = 1
    /// When to send it again, or give up.
    var deadline: Instant
    var timeout = ICETiming.initialTimeout
    /// A later check has taken its place: the answer is welcome, its absence means nothing.
    var isSuperseded = false
}
