/// How a call is made.
public struct CallOptions: Sendable, Hashable {
    /// How long the call may take; with `retry` its timeouts count instead.
    public var timeout: Duration
    /// How a server is chosen; nil: as the method has it.
    public var selection: Selection?
    /// Whether the call is repeated; nil: it is not.
    public var retry: RetryPolicy?

    /// Options; the timeout is LiveKit's default.
    public init(timeout: Duration = .seconds(3), selection: Selection? = nil, retry: RetryPolicy? = nil) {
        self.timeout = timeout
        self.selection = selection
        self.retry = retry
    }

    /// How room servers call workers and their jobs.
    public static let standard = CallOptions(retry: .standard)
    /// How room servers start an egress.
    public static let startEgress = CallOptions(selection: .startEgress, retry: .startEgress)
}
