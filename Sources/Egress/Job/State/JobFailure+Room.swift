import LiveKitProtocol
import RoomClient

extension JobFailure {
    /// The room could not be entered.
    init(joining error: RoomClientError) {
        let code: Int32 =
            switch error.code {
            case .notFound: 404
            case .unauthorized, .notPermitted: 403
            case .invalidURL, .invalidArgument: 400
            case .unavailable, .timeout, .refused, .notConnected: 503
            }
        self.init(text: "the room cannot be joined: \(error.message)", code: code)
    }
}

/// What the end of the session means for a recording.
enum SessionEnd: Sendable, Hashable {
    /// The room is over, or the recorder was sent away: that is how recordings end.
    case closed
    /// The connection could not be restored.
    case lost
    /// Another recorder has joined as this egress.
    case superseded

    /// By the reason that the room gave.
    init(_ reason: Livekit_DisconnectReason) {
        switch reason {
        case .roomClosed, .roomDeleted, .participantRemoved, .clientInitiated: self = .closed
        case .duplicateIdentity: self = .superseded
        default: self = .lost
        }
    }
}
