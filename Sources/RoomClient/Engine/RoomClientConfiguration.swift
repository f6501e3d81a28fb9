/// How a client joins a room.
public struct RoomClientConfiguration: Sendable {
    /// The server: `ws`, `wss`, `http` or `https`, with a path if the server is behind one.
    public var url: String
    /// The access token, which names the room and the participant.
    ///
    /// Never logged.
    public var token: String
    /// Whether the server subscribes the client to everything; receivers are attached with `subscribe` all the same.
    public var autoSubscribe: Bool
    /// Whether this client will publish: its publishing connection is then made at once, not with the first track.
    public var publishes: Bool
    /// Name of the client library as told to the server, which chooses workarounds by it.
    ///
    /// Servers know only certain names; `go` is what LiveKit's own egress and ingress say.
    public var sdk: String
    /// Version told to the server.
    public var version: String
    /// How long a missing packet is waited for.
    public var jitterBufferDepth: Duration
    /// What that wait may grow to when packets keep coming later.
    public var maximumJitterBufferDepth: Duration

    /// Configures a client that subscribes to what it chooses.
    public init(
        url: String,
        token: String,
        autoSubscribe: Bool = false,
        publishes: Bool = false,
        sdk: String = "go",
        version: String = "2.0.0",
        jitterBufferDepth: Duration = .milliseconds(200),
        maximumJitterBufferDepth: Duration = .milliseconds(600)
    ) {
        self.url = url
        self.token = token
        self.autoSubscribe = autoSubscribe
        self.publishes = publishes
        self.sdk = sdk
        self.version = version
        self.jitterBufferDepth = jitterBufferDepth
        self.maximumJitterBufferDepth = max(jitterBufferDepth, maximumJitterBufferDepth)
    }
}
