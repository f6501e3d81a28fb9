/// How often, after which errors and how patiently a call is repeated.
///
/// Every attempt is a request of its own: a server may have acted on one whose answer was lost.
public struct RetryPolicy: Sendable, Hashable {
    /// How long each attempt may take: as many attempts as there are entries, at least one.
    public var timeouts: [Duration]
    /// The errors after which another attempt makes sense.
    public var codes: Set<RPCErrorCode>
    /// The wait before the second attempt; it doubles with each one and is stretched by up to twice at random.
    public var wait: Duration

    /// A policy.
    public init(timeouts: [Duration], codes: Set<RPCErrorCode>, wait: Duration = .zero) {
        precondition(!timeouts.isEmpty, "a call is tried at least once")
        self.timeouts = timeouts
        self.codes = codes
        self.wait = wait
    }

    /// How room servers call: 3, 5 and 7 s, one attempt after the other.
    public static let standard = RetryPolicy(
        timeouts: [.seconds(3), .seconds(5), .seconds(7)],
        codes: [.deadlineExceeded, .unavailable]
    )

    /// How room servers start an egress: 10, 20 and 40 s, with waits of 1 to 2 and 2 to 4 s between.
    ///
    /// LiveKit's server puts `standard` around this, nine attempts in all; without workers the caller of the API then
    /// waits for most of a minute to learn so. These three say it within ten seconds.
    public static let startEgress = RetryPolicy(
        timeouts: [.seconds(10), .seconds(20), .seconds(40)],
        codes: [.deadlineExceeded, .resourceExhausted, .unavailable],
        wait: .seconds(1)
    )

    /// How long to wait after attempt `number`, counted from 1, failed; nil: the error is final.
    ///
    /// `stretch` is random in 1..<2.
    func wait(afterAttempt number: Int, failedWith error: RPCError, stretch: Double) -> Duration? {
        guard number < timeouts.count, codes.contains(error.code) else { return nil }
        return wait * Double(1 << min(number - 1, 30)) * stretch
    }
}
