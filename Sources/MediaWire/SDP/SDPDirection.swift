/// Which way media flows, as the one who wrote the description sees it (RFC 8866 §6.7).
public enum SDPDirection: String, Sendable, Hashable, CaseIterable {
    /// Both ways.
    case sendrecv
    /// From the writer.
    case sendonly
    /// To the writer.
    case recvonly
    /// Neither way.
    case inactive

    /// Whether the writer sends.
    public var sends: Bool { self == .sendrecv || self == .sendonly }

    /// Whether the writer receives.
    public var receives: Bool { self == .sendrecv || self == .recvonly }

    /// The same flow as the other side sees it.
    public var reversed: SDPDirection {
        switch self {
        case .sendonly: .recvonly
        case .recvonly: .sendonly
        case .sendrecv, .inactive: self
        }
    }

    /// The direction that sends and receives as told.
    public init(sends: Bool, receives: Bool) {
        self =
            switch (sends, receives) {
            case (true, true): .sendrecv
            case (true, false): .sendonly
            case (false, true): .recvonly
            case (false, false): .inactive
            }
    }
}
