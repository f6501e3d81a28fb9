import RoomClient

/// How long a session waits for what.
package struct WHIPTimes: Sendable, Hashable {
    /// From the answer to a connection over which media can flow.
    package var setup = Duration.seconds(15)
    /// From there to the first sample; LiveKit waits as long for tracks.
    package var firstMedia = Duration.seconds(10)
    /// Without any packet of media before the publisher counts as lost.
    ///
    /// Sound in silence still sends a packet every 400 ms (RFC 6716 §2.1.9), a muted camera a picture a second.
    package var silence = Duration.seconds(15)
    /// How long a missing packet is waited for at first: a round trip of a continent and the interval of requests.
    package var jitterHold = Duration.milliseconds(80)
    /// What that may grow to where retransmissions keep coming later.
    package var maximumJitterHold = Duration.milliseconds(600)
    /// Between two tellings of what arrives, apart from changes; LiveKit's interval.
    package var reports = Duration.seconds(60)

    /// The usual times.
    package init() {}

    var jitterBuffer: JitterBuffer.Settings {
        var settings = JitterBuffer.Settings()
        settings.hold = jitterHold
        settings.maximumHold = max(jitterHold, maximumJitterHold)
        return settings
    }
}
