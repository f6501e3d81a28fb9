import Media
import MediaWire
import NIOCore
import NIOPosix
import Synchronization

/// Carries one connection of FFmpeg's from the loopback interface to a server found fit, and speaks TLS where the URL asks for it.
///
/// FFmpeg never learns the server's name, so there is nothing it could resolve again. The relay takes one connection and then
/// listens no more.
final class PinnedRelay: Sendable {
    /// Where FFmpeg connects on 127.0.0.1.
    let port: Int
    private let listener: any Channel
    private let upstream: any Channel
    private let note: FailureNote

    private final class FailureNote: Sendable {
        let first = Mutex<PullFailure?>(nil)

        func add(_ failure: PullFailure) {
            first.withLock { if $0 == nil { $0 = failure } }
        }
    }

    /// Connects to `address` and listens; blocks until both is done.
    init(
        to address: IPAddress,
        of url: PullURL,
        connector: GuardedConnector,
        filter: RTSPReplyFilter?
    ) throws(PullFailure) {
        let loop = connector.loop()
        let note = FailureNote()
        let far = RelayHandler(filter: filter) { note.add($0) }
        do {
            upstream = try connector.connect(to: address, of: url, on: loop) { channel in
                try channel.pipeline.syncOperations.addHandler(far)
            }.wait()
        } catch {
            throw PullFailure(.unavailable, "\(url.place) cannot be connected to: \(error)")
        }
        do {
            listener = try ServerBootstrap(group: loop, childGroup: loop)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let near = RelayHandler { note.add($0) }
                        try channel.pipeline.syncOperations.addHandler(near)
                        guard RelayHandler.join(near, far) else { throw ChannelError.ioOnClosedChannel }
                    }
                }
                .bind(host: "127.0.0.1", port: 0).wait()
        } catch {
            upstream.close(promise: nil)
            throw PullFailure(.unavailable, "there is no port on the loopback interface: \(error)")
        }
        guard let port = listener.localAddress?.port else { preconditionFailure("a bound socket has a port") }
        self.port = port
        self.note = note
    }

    deinit { close() }

    /// What was wrong with the connection, if anything was.
    var failure: PullFailure? { note.first.withLock { $0 } }

    /// Closes the connection.
    func close() {
        listener.close(promise: nil)
        upstream.close(promise: nil)
    }
}
