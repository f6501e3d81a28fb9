package import LiveKitProtocol

/// What the protocol version a client speaks lets it understand.
package struct ClientTraits: Sendable, Hashable {
    private let version: Int32
    private let isRust: Bool

    /// Reads what the client says about itself.
    package init(_ info: Livekit_ClientInfo) {
        version = info.protocol
        isRust = info.sdk == .rust || info.sdk == .python || info.sdk == .cpp
    }

    /// The subscriber connection may be the one that counts as "connected".
    package var allowsSubscriberPrimary: Bool { version > 2 }
    /// `connection_quality` is understood.
    package var understandsConnectionQuality: Bool { version > 4 }
    /// `track_unpublished` is understood.
    package var understandsUnpublish: Bool { version > 6 }
    /// The first subscriber offer may carry tracks.
    package var takesTracksInFirstOffer: Bool { version > 7 }
    /// Stream ids may group a participant's tracks.
    package var takesSynchronisedStreams: Bool { version > 9 }
    /// The quality "lost" is understood.
    package var understandsQualityLost: Bool { version > 10 }
    /// `leave` has an action; before, only `can_reconnect`.
    package var understandsLeaveAction: Bool { version > 12 }
    /// Requests that succeed are answered too.
    package var takesSuccessResponses: Bool { version > 14 }
    /// `request_response` and `track_subscribed` break Rust clients older than this.
    package var takesRequestResponses: Bool { !isRust || version >= 10 }
}
