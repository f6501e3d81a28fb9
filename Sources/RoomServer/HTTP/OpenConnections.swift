import NIOCore

/// The connections that are open, so that their number has a limit and shutting down closes them all.
final class OpenConnections {
    private let limit: Int
    private var channels: [ObjectIdentifier: any Channel] = [:]

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes note of a connection until it closes; false when there are too many.
    func admit(_ channel: any Channel) -> Bool {
        guard channels.count < limit else { return false }
        let name = ObjectIdentifier(channel)
        channels[name] = channel
        channel.closeFuture.assumeIsolated().whenComplete { _ in self.channels[name] = nil }
        return true
    }

    /// Closes every connection.
    func closeAll() {
        for channel in channels.values { channel.close(promise: nil) }
    }
}
