package import NIOCore
import Synchronization

/// Open connections, up to a limit.
package final class ChannelGroup: Sendable {
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])
    private let limit: Int

    /// A group of at most this many.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Keeps a connection until it is closed; false if it is one too many.
    package func admit(_ channel: any Channel) -> Bool {
        let id = ObjectIdentifier(channel)
        let isAdmitted = channels.withLock { channels in
            guard channels.count < limit else { return false }
            channels[id] = channel
            return true
        }
        if isAdmitted {
            channel.closeFuture.whenComplete { [self] _ in channels.withLock { $0[id] = nil } }
        }
        return isAdmitted
    }

    /// Closes them all.
    package func closeAll() {
        for channel in channels.withLock({ Array($0.values) }) { channel.close(promise: nil) }
    }
}
