/// Why a destination has ended.
package enum WHIPEnd: Sendable, Hashable {
    /// The publisher ended its session.
    case deleted
    /// The publisher was lost for this reason and did not come back.
    case lost(String)
    /// No media ever came.
    case neverStarted(String)
    /// The room cannot be joined, or has sent the participant away.
    case roomDisconnected(String)
    /// The worker ended it, for this reason.
    case closed(String)

    /// Whether it is a failure rather than an end.
    package var isError: Bool {
        switch self {
        case .deleted, .lost, .closed: false
        case .neverStarted, .roomDisconnected: true
        }
    }
}

extension WHIPEnd: CustomStringConvertible {
    /// What happened, in LiveKit's words where it has some.
    package var description: String {
        switch self {
        case .deleted: "the publisher ended the session"
        case .lost(let reason): "the publisher was lost: \(reason)"
        case .neverStarted(let reason): "source encoder not ready: \(reason)"
        case .roomDisconnected(let reason): "room disconnected: \(reason)"
        case .closed(let reason): reason
        }
    }
}
