import LiveKitProtocol

/// What is known of one URL, and when it is told.
///
/// A first failure and the end are told at once; how a connection comes and goes meanwhile, once a minute at most. Times are
/// Unix nanoseconds.
struct StreamReport: Sendable {
    /// Between two reports that are not urgent, in nanoseconds.
    static let interval: Int64 = 60_000_000_000
    /// An error text longer than this is cut.
    static let longestError = 500

    private(set) var info = Livekit_StreamInfo()
    private var toldAt: Int64
    private var isPending = false
    private var hasFailed = false

    init(url: String, id: String, startedAt: Int64) {
        info.url = url
        info.id = id
        info.startedAt = startedAt
        info.status = .active
        toldAt = startedAt
    }

    /// There is no connection, for this reason; what is to be told now, if anything.
    mutating func failed(_ reason: String, at now: Int64) -> Livekit_StreamInfo? {
        info.error = String(reason.prefix(Self.longestError))
        isPending = true
        if !hasFailed {
            hasFailed = true
            return told(at: now)
        }
        return due(at: now)
    }

    /// The connection is tried again.
    mutating func retrying(count: UInt32, at now: Int64) -> Livekit_StreamInfo? {
        info.retries = count
        info.lastRetryAt = now
        isPending = true
        return due(at: now)
    }

    /// There is a connection.
    mutating func connected(at now: Int64) -> Livekit_StreamInfo? {
        if !info.error.isEmpty {
            info.error = ""
            isPending = true
        }
        return due(at: now)
    }

    /// What has waited for its time.
    mutating func due(at now: Int64) -> Livekit_StreamInfo? {
        guard isPending, now - toldAt >= Self.interval else { return nil }
        return told(at: now)
    }

    /// It is over: as it should be, or with the reason it failed for.
    mutating func ended(failure: String?, at now: Int64) -> Livekit_StreamInfo {
        info.status = failure == nil ? .finished : .failed
        if let failure { info.error = String(failure.prefix(Self.longestError)) }
        info.endedAt = now
        info.duration = max(0, now - info.startedAt)
        return info
    }

    private mutating func told(at now: Int64) -> Livekit_StreamInfo {
        toldAt = now
        isPending = false
        return info
    }
}
