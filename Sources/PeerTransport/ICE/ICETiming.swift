/// The times of the ICE agent.
enum ICETiming {
    /// Between two new checks (RFC 8445 §14.2 has 50 ms, and at least 5 ms).
    static let pacing: Duration = .milliseconds(20)
    /// To the first retransmission of a check; RFC 8445 §14.3 has 500 ms, which is long where both ends are servers.
    static let initialTimeout: Duration = .milliseconds(250)
    /// The timeout doubles up to this.
    static let longestTimeout: Duration = .milliseconds(1600)
    /// Times a check is sent before its pair fails, RFC 8489 §6.2.1's Rc.
    static let transmissions = 7
    /// How long a better pair is waited for before a valid one is nominated.
    static let nominationDelay: Duration = .milliseconds(100)
    /// Between checks on the selected pair.
    ///
    /// LiveKit's keepalive; RFC 7675 §5.1 allows at most five seconds.
    static let keepalive: Duration = .seconds(2)
    /// The same while the peer is silent.
    static let urgentKeepalive: Duration = .milliseconds(500)
    /// Silence after which the peer counts as disconnected, as LiveKit's servers have it.
    static let disconnectedAfter: Duration = .seconds(10)
    /// Silence after which it counts as failed: five seconds more.
    static let failedAfter: Duration = .seconds(15)
    /// Without an answer to our own checks consent is gone (RFC 7675 §5.1), whatever else arrives.
    static let consentExpiresAfter: Duration = .seconds(30)
    /// How long a pair is looked for.
    static let checkingFailsAfter: Duration = .seconds(15)
    /// Silence on the selected pair after which a worse one may be nominated in its place.
    static let staleAfter: Duration = .seconds(3)
    /// How long the answer to a check that is no longer repeated is still taken.
    static let answerTaken: Duration = .seconds(5)
}

/// The bounds on what a peer can make the ICE agent keep.
enum ICELimit {
    /// Remote candidates: browsers with many interfaces and TURN servers send about twenty.
    static let remoteCandidates = 64
    /// Pairs (RFC 8445 §6.1.2.5 recommends 100).
    static let pairs = 100
    /// Checks under way.
    static let transactions = 100
    /// Local candidates that remote ones are paired with.
    static let localCandidates = 32
}
