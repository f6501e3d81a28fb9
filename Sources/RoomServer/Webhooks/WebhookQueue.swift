import LiveKitProtocol

/// The webhooks of one resource that wait to be sent, in order: bounded in number and age.
///
/// A value without clock or tasks. What is dropped is counted, and the next webhook that goes out tells how many.
struct WebhookQueue {
    /// The most webhooks that wait (LiveKit: `max_depth`).
    static let maximumDepth = 200
    /// The longest a webhook may wait (LiveKit: `max_age`).
    static let maximumAge = Duration.seconds(30)

    private var waiting: [(event: Livekit_WebhookEvent, since: ContinuousClock.Instant)] = []
    private var dropped: Int32 = 0

    /// Whether nothing waits.
    var isEmpty: Bool { waiting.isEmpty }

    /// Adds a webhook at the end; when the queue is full, that is the one that is dropped.
    mutating func append(_ event: Livekit_WebhookEvent, at now: ContinuousClock.Instant) {
        guard waiting.count < Self.maximumDepth else {
            dropped &+= 1
            return
        }
        waiting.append((event, now))
    }

    /// Takes the first webhook that is not too old; nil when there is none.
    mutating func next(at now: ContinuousClock.Instant) -> Livekit_WebhookEvent? {
        while let (event, since) = waiting.first {
            waiting.removeFirst()
            guard now - since <= Self.maximumAge else {
                dropped &+= 1
                continue
            }
            var event = event
            event.numDropped = dropped
            dropped = 0
            return event
        }
        return nil
    }
}
