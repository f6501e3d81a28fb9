import LiveKitProtocol
import MediaWire

/// Somebody who wants to publish, before anything is known about the key.
struct PublishAttempt: Sendable {
    /// How the media comes.
    var input: Livekit_IngressInput
    /// The secret; never logged.
    var streamKey: String
    /// Where the publisher comes from, for the log.
    var address: String
    /// The address that wrong keys count against; nil where there is none.
    var origin: IPAddress?
    /// Closes the publisher's connection; called at most twice, from any thread.
    var disconnect: @Sendable (PublisherDismissal) -> Void
    /// How a publisher that is gone went; asked when its input hears `.ended`.
    var departure: @Sendable () -> PublisherDeparture = { .lost }
}
