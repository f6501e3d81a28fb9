import Glibc
import JobProcess
import Logging
import Media
import MediaWire

/// What the streams of an output have in common.
struct StreamSettings: Sendable {
    /// Names a PEM file with the authorities that secure streams and WebSockets trust in place of the system's.
    static let authoritiesVariable = "SLUICE_STREAM_CA_FILE"

    /// Seconds without connection after which a URL is given up; nil for never.
    var giveUpAfter: Duration?
    var trust = StreamTrust(authorities: getenv(authoritiesVariable).map { String(cString: $0) })
    var twitch = TwitchDirectory.live
    var clock: @Sendable () -> Instant = { Instant.monotonic }
    /// What connecting may take, the RTMP handshake included.
    var connectLimit = Duration.seconds(10)
    /// What sending the rest may take when a stream ends.
    var drainLimit = Duration.seconds(5)
}

/// What is sent.
struct StreamMedia: Sendable {
    var video: StreamParameters?
    var audio: StreamParameters?
}
