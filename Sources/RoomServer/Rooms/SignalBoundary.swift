package import LiveKitProtocol

// The boundary between the HTTP edge and the rooms. The edge parses requests and owns sockets; the rooms decide.
// Everything here is used on the hub's event loop only.

/// Everything a join or reconnect request says, after the edge has parsed it and verified its token.
package struct JoinParameters: Sendable {
    /// The verified claims of the token; the edge has already refused requests without valid claims.
    package var claims: ClaimGrants
    /// Whether the request carried a `join_request`: one peer connection in which the client always offers.
    package var usesSinglePeerConnection = false
    /// What the client says about itself.
    ///
    /// `clientInfo.protocol` gates features; unknown values are kept verbatim.
    package var clientInfo = Livekit_ClientInfo()
    /// Whether tracks of others are subscribed without being asked for.
    package var autoSubscribe = true
    /// Whether the client will send track settings as its views change size.
    package var adaptiveStream = false
    /// Whether the client allows its video to be paused when bandwidth is short.
    ///
    /// Nil: the server's default.
    package var subscriberAllowPause: Bool?
    /// Whether this continues an earlier session.
    package var isReconnect = false
    /// Why the client reconnects.
    package var reconnectReason = Livekit_ReconnectReason.rrUnknown
    /// The participant to resume, empty when not given.
    package var participantSID = ""
    /// `publish` of the query: a publish-only companion whose identity becomes `identity#value`.
    ///
    /// Empty: not one.
    package var publishCompanion = ""
    /// Metadata given with a join request; nil or empty keeps the token's.
    ///
    /// Needs `canUpdateOwnMetadata`.
    package var metadata: String?
    /// Attributes given with the query or the join request, laid over the token's.
    ///
    /// Needs `canUpdateOwnMetadata`.
    package var attributes: [String: String] = [:]
    /// Tracks announced with the join request; handled right after the join response.
    package var addTrackRequests: [Livekit_AddTrackRequest] = []
    /// The client's first offer (single peer connection only).
    package var publisherOffer: Livekit_SessionDescription?
    /// The state sent along with a reconnect, where the client puts it into the join request.
    package var syncState: Livekit_SyncState?

    /// Starts from the claims; all else has the protocol's default.
    package init(claims: ClaimGrants) {
        self.claims = claims
    }
}

/// Why a join request is refused before the WebSocket is upgraded.
package struct JoinFailure: Error, Sendable, Equatable {
    /// The HTTP status of the refusal.
    package var httpStatus: Int
    /// The plain-text body; clients show it to people.
    package var message: String

    /// A refusal with its status and body.
    package init(httpStatus: Int, message: String) {
        self.httpStatus = httpStatus
        self.message = message
    }
}

/// The write side of one client's signalling WebSocket, implemented by the edge.
///
/// Called on the hub's event loop. `send` may be called before the upgrade has finished: the edge upgrades once the first
/// response is in hand, and keeps order.
package protocol SignalConnection: AnyObject {
    /// Sends one response, in the encoding the client uses.
    func send(_ response: Livekit_SignalResponse)
    /// Flushes what was sent, then closes the WebSocket with status 1000. The session gets no `connectionClosed` for it.
    func close()
}
