import MediaWire

/// Notices a connection that takes what it is given without getting on.
struct StreamWatchdog: Sendable {
    /// As LiveKit's egress: 4 KiB in 30 seconds.
    static let window = Duration.seconds(30)
    static let leastProgress: Int64 = 4096

    private var since: Instant
    private var written: Int64
    private var offered: Int64 = 0

    init(at now: Instant, written: Int64 = 0) {
        since = now
        self.written = written
    }

    /// So many bytes were to be sent, and the connection has taken `written` in all; false if it is stuck.
    mutating func check(offering bytes: Int, written total: Int64, at now: Instant) -> Bool {
        offered += Int64(bytes)
        if total - written >= Self.leastProgress {
            self = StreamWatchdog(at: now, written: total)
            return true
        }
        // With nothing to send there is no progress to expect.
        return now - since < Self.window || offered < Self.leastProgress
    }
}
