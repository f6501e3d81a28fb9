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

    /// The room sent the recorder away; nil if that is how recordings end.
    init?(disconnect reason: Livekit_DisconnectReason) {
        switch reason {
        case .roomClosed, .roomDeleted, .participantRemoved, .clientInitiated: return nil
        case .duplicateIdentity:
            self.init(text: "another recorder has joined the room as this egress", code: 409)
        default: self = .connectionLost
        }
    }
}
