package import LiveKitProtocol

/// What the server says it is.
package enum ServerVersion {
    /// The LiveKit server version whose behaviour this server follows.
    ///
    /// Clients compare it: below 1.8.0 the Rust and JavaScript SDKs refuse RPC with error 1403, and an empty one is
    /// "unknown server version" to JavaScript.
    package static let compatible = "1.9.11"

    /// The signal protocol spoken.
    ///
    /// Not 18: from 18 on clients create their data channels pre-negotiated, which released servers do not.
    package static let signalProtocol: Int32 = 17

    /// The message that says so in join and reconnect responses.
    package static func info(nodeID: String, region: String) -> Livekit_ServerInfo {
        var info = Livekit_ServerInfo()
        info.edition = .standard
        info.version = compatible
        info.protocol = signalProtocol
        info.region = region
        info.nodeID = nodeID
        return info
    }
}
