public import LiveKitProtocol
import Signaling

/// Why something asked of a room client did not succeed.
public struct RoomClientError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Kinds of failure a caller may act on.
    public enum Code: Sendable, Hashable {
        /// The server URL is unusable.
        case invalidURL
        /// The token was refused.
        case unauthorized
        /// There is no such room, or no room server behind the URL.
        case notFound
        /// The server could not be reached, or cannot serve now.
        case unavailable
        /// The server sent the client away for this reason.
        case refused(Livekit_DisconnectReason)
        /// The server did not answer in time.
        case timeout
        /// The request makes no sense, such as a track without layers.
        case invalidArgument
        /// The server does not permit it, or not any more of it.
        case notPermitted
        /// The client is not in a room, or no longer.
        case notConnected
    }

    /// What kind of failure it is.
    public let code: Code
    /// What happened, for people; never contains the token.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ failure: SignalFailure) {
        message = failure.text
        if let reason = failure.reason {
            code = .refused(reason)
            return
        }
        switch failure.status {
        case 401, 403: code = .unauthorized
        case 404: code = .notFound
        case 400: code = .invalidArgument
        default: code = .unavailable
        }
    }

    /// The message.
    public var description: String { message }
}
