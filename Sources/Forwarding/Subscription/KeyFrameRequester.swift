package import MediaWire

/// Asks for a key frame again and again until it has come.
package struct KeyFrameRequester: Sendable {
    /// Requests are no closer than this: a key frame takes a round trip and an encoder's time.
    private static let shortest = Duration.milliseconds(200)
    /// Nor further apart than this: the subscriber sees nothing meanwhile.
    private static let longest = Duration.seconds(1)

    private var lastRequest: Instant?

    /// Nothing asked for yet.
    package init() {}

    /// Whether to ask now, given the round trip to the publisher.
    package mutating func poll(roundTrip: Duration, at now: Instant) -> Bool {
        let interval = min(max(roundTrip * 2, Self.shortest), Self.longest)
        if let lastRequest, now - lastRequest < interval { return false }
        lastRequest = now
        return true
    }

    /// The need is over or has become another: the next is asked for at once.
    package mutating func reset() {
        lastRequest = nil
    }
}
