/// A method that is being served; `close` ends that.
public final class RPCRegistration: Sendable {
    private let requests: any BusSubscription
    private let claims: (any BusSubscription)?
    private let idle: @Sendable () async -> Void

    init(
        requests: any BusSubscription,
        claims: (any BusSubscription)?,
        idle: @escaping @Sendable () async -> Void
    ) {
        self.requests = requests
        self.claims = claims
        self.idle = idle
    }

    /// Hears no more requests, waits for those under way to be answered, and returns.
    ///
    /// An offer that no client has decided on counts as under way until its request expires.
    public func close() async {
        await requests.cancel()
        await idle()
        await claims?.cancel()
    }
}
