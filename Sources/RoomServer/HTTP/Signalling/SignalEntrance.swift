package import LiveKitProtocol

/// Where the edge hands over a client that wants to join: the rooms.
///
/// Used on the event loop that owns the rooms only.
package protocol SignalEntrance: AnyObject {
    /// Says why a join would be refused; nil when it would not.
    func validate(_ parameters: JoinParameters) -> JoinFailure?

    /// Lets a client in, or says why not; responses go to `connection` from the first moment on.
    func enter(
        _ parameters: JoinParameters,
        connection: any SignalConnection
    ) -> Result<any SignalReceiver, JoinFailure>
}

/// Where the requests of one client go.
package protocol SignalReceiver: AnyObject {
    /// Takes a request the client has sent.
    func receive(_ request: Livekit_SignalRequest)

    /// The WebSocket is gone without this side having closed it.
    func connectionClosed()
}
