import MediaWire

/// How long one upload is tried at one store.
///
/// Every failure doubles the delay, from `settings.firstDelay` to `settings.longestDelay`. An outage is waited out
/// until it is older than `settings.maximumAge`; what may be a conflict gets a few tries; a refusal is final.
struct UploadPatience: Sendable, Hashable {
    /// What to do after a failure.
    enum Verdict: Hashable {
        case retry(after: Duration, isLogged: Bool)
        /// Send it all anew, at once.
        case startOver
        case giveUp
    }

    private let settings: UploadSession.Settings
    private var failures = 0
    private var uncertainFailures = 0
    /// Counted for good: a store that loses every upload would be sent the file for ever.
    private var restarts = 0
    private var since: Instant?
    private var lastLogged: Instant?

    init(_ settings: UploadSession.Settings) {
        self.settings = settings
    }

    /// A request succeeded: the outage is over.
    mutating func succeeded() {
        let restarts = restarts
        self = UploadPatience(settings)
        self.restarts = restarts
    }

    /// A request failed.
    ///
    /// - Parameter jitter: 0 to 1, so that many uploads do not come back in the same instant.
    mutating func failed(_ failure: StoreFailure, at now: Instant, jitter: Double) -> Verdict {
        let began = since ?? now
        since = began
        failures += 1
        switch failure.kind {
        case .refused: return .giveUp
        case .lostUpload:
            restarts += 1
            return restarts <= settings.uncertainTries ? .startOver : .giveUp
        case .uncertain:
            uncertainFailures += 1
            guard uncertainFailures <= settings.uncertainTries else { return .giveUp }
        case .outage:
            guard now - began < settings.maximumAge else { return .giveUp }
        }
        let isLogged = lastLogged.map { now - $0 >= settings.logInterval } ?? true
        if isLogged { lastLogged = now }
        return .retry(after: delay(jitter), isLogged: isLogged)
    }

    private func delay(_ jitter: Double) -> Duration {
        let doublings = min(failures - 1, 30)
        let delay = min(settings.firstDelay * (1 << doublings), settings.longestDelay)
        return delay * (0.75 + 0.5 * min(max(jitter, 0), 1))
    }
}
