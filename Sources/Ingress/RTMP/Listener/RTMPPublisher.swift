package import MediaWire
import Synchronization

/// A client that wants to publish, or does.
package final class RTMPPublisher: Sendable {
    /// The secret it came with: the last part of its URL's path.
    ///
    /// Empty if it named none. Never logged.
    package let streamKey: String
    /// What stands in front of the key, without slashes at its ends.
    package let application: String
    /// Where it comes from.
    package let remoteAddress: TransportAddress
    /// Whether it came through TLS.
    package let isSecure: Bool
    private let perform: @Sendable (Command) -> Void
    private let end = Mutex<RTMPEnding?>(nil)

    /// What others may ask of its connection.
    enum Command: Sendable, Hashable {
        case refuse(RTMPRefusal)
        case hold(Bool)
    }

    init(
        _ publication: RTMPPublication,
        remoteAddress: TransportAddress,
        isSecure: Bool,
        perform: @escaping @Sendable (Command) -> Void
    ) {
        streamKey = publication.streamKey
        application = publication.application
        self.remoteAddress = remoteAddress
        self.isSecure = isSecure
        self.perform = perform
    }

    /// How it came to its end; known when its sink hears `.ended`, nil before.
    var ending: RTMPEnding? { end.withLock { $0 } }

    /// It has come to its end.
    func ended(_ ending: RTMPEnding) { end.withLock { $0 = ending } }

    /// Tells it why and closes its connection; from any thread, at any time.
    package func close(_ reason: RTMPRefusal) {
        perform(.refuse(reason))
    }

    /// Reads nothing more from it, or goes on reading: its media waits in the network meanwhile; from any thread.
    package func hold(_ isHeld: Bool) {
        perform(.hold(isHeld))
    }
}

extension RTMPPublisher: CustomStringConvertible, CustomReflectable {
    /// Where it comes from and where it goes, without the key.
    package var description: String { "RTMP publisher \(remoteAddress) to \"\(application)\"" }

    /// Nothing: what shows an object by its parts must not show the key.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
