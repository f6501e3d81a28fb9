/// Where a running room server is reached.
public struct RoomServerAddress: Sendable, Hashable {
    /// The host HTTP and WebSocket are reached at from this machine.
    public var host: String
    /// The port of HTTP and WebSocket.
    public var port: Int
    /// The port of media over UDP.
    public var udpPort: Int
    /// The port of media over TCP; nil when there is none.
    public var tcpPort: Int?

    /// The URL of the server APIs.
    public var httpURL: String { "http://\(authority)" }

    /// The URL clients join at.
    public var webSocketURL: String { "ws://\(authority)" }

    private var authority: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
