package import LiveKitProtocol

/// What the owner of a ``SignalClient`` is to do.
package enum SignalClientAction: Sendable {
    /// Open a socket with this token, to take up a session again if one is named. An earlier socket was closed before.
    case open(token: String, resume: SignalQuery.Resume?)
    /// Close the socket and forget it: nothing that still comes from it is to be reported.
    case closeSocket
    /// Send a message.
    case send(Livekit_SignalRequest)
    /// Send `ping` and `ping_req` with the wall clock's time and the last round trip.
    case ping(roundTrip: Duration?)
    /// A session began; `again` says that it replaces one whose peer connections are to be thrown away.
    case joined(Livekit_JoinResponse, again: Bool)
    /// The session goes on: restart ICE on both peer connections and send the state they are in.
    case resumed(Livekit_ReconnectResponse)
    /// A message of the running session.
    case deliver(Livekit_SignalResponse.OneOf_Message)
    /// The connection was lost and is being looked for.
    case reconnecting
    /// The session is whole again.
    case reconnected
    /// The first join did not succeed.
    case failedToJoin(SignalFailure)
    /// The session is over.
    case ended(reason: Livekit_DisconnectReason, text: String)
}

/// Why a connection attempt failed.
package struct SignalFailure: Error, Sendable, Hashable {
    /// HTTP status of a refused upgrade, nil when no HTTP answer came.
    package var status: Int?
    /// The reason a server gave for sending us away, nil when it did not get to say one.
    package var reason: Livekit_DisconnectReason?
    /// What happened, in words; never contains the token.
    package var text: String

    /// Describes a failure.
    package init(status: Int? = nil, reason: Livekit_DisconnectReason? = nil, text: String) {
        self.status = status
        self.reason = reason
        self.text = text
    }

    /// Whether the same request would be refused again: a client error, or a server that told us to stay away.
    package var isFinal: Bool {
        if reason != nil { return true }
        guard let status else { return false }
        return (400..<500).contains(status) && status != 408 && status != 429
    }
}
