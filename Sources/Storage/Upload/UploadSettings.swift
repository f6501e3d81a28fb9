extension UploadSession {
    /// How patient a session is.
    public struct Settings: Sendable, Hashable, Codable {
        /// An outage older than this is final: 6 hours.
        public var maximumAge: Duration = .seconds(6 * 3600)
        /// The delay after the first failure: LiveKit's, 100 ms.
        public var firstDelay: Duration = .milliseconds(100)
        /// The delay after many failures: LiveKit's, 5 s.
        public var longestDelay: Duration = .seconds(5)
        /// Tries after a conflict or for missing credentials: LiveKit's, 5.
        public var uncertainTries = 5
        /// How often an outage is logged: once a minute.
        public var logInterval: Duration = .seconds(60)
        /// Bytes of a part, between 8 and 64 MiB.
        public var partSize = 8 << 20

        /// The defaults.
        public init() {}
    }
}
