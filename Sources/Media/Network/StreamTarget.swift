/// Where a live stream is sent, and in what.
///
/// It holds secrets: only `place` is fit for texts.
public enum StreamTarget: Sendable, Hashable {
    /// FLV over RTMP, or over RTMP in TLS.
    case rtmp(RTMPTarget)
    /// MPEG-TS over SRT, as the caller.
    case srt(SRTTarget)

    /// The server, without anything secret: `rtmps://live.example.com:443`.
    public var place: String {
        switch self {
        case .rtmp(let target): "\(target.isSecure ? "rtmps" : "rtmp")://\(target.server)"
        case .srt(let target): "srt://\(target.server)"
        }
    }
}

/// A stream of an RTMP server.
public struct RTMPTarget: Sendable, Hashable {
    /// RTMP in TLS.
    public var isSecure: Bool
    /// A name and password for servers that ask for them, as `name:password`; secret.
    public var credentials: String?
    /// The host, and the port if it is not the usual one: `example.com:1935`, `[::1]`.
    public var server: String
    /// The application: the path without the stream's name.
    public var application: String
    /// The stream's name, which is what publishing needs; secret.
    public var key: String

    /// A target by its parts.
    public init(isSecure: Bool, credentials: String? = nil, server: String, application: String, key: String) {
        self.isSecure = isSecure
        self.credentials = credentials
        self.server = server
        self.application = application
        self.key = key
    }
}

/// An SRT listener.
public struct SRTTarget: Sendable, Hashable {
    /// What may be set about a connection.
    public enum Option: String, Sendable, Hashable, CaseIterable {
        /// Up to 512 characters that tell the listener what this is; secret.
        case streamID = "streamid"
        /// 10 to 79 characters that encrypt it; secret.
        case passphrase
        /// Bytes of the key: 16, 24, 32.
        case keyLength = "pbkeylen"
        /// Milliseconds for retransmissions, on either side.
        case latency
        case receiverLatency = "rcvlatency"
        case peerLatency = "peerlatency"
        /// Bytes a second at most.
        case maximumBandwidth = "maxbw"
        /// Percent that retransmissions may add.
        case overhead = "oheadbw"
        /// Bytes of a message at most.
        case packetSize = "pkt_size"
        /// Bytes of a datagram at most.
        case segmentSize = "mss"
        /// Whether packets that are too late are dropped.
        case dropsLatePackets = "tlpktdrop"
        /// Whether missing packets are reported again and again.
        case reportsLosses = "nakreport"
    }

    /// The host and port.
    public var server: String
    /// What was asked for.
    public var options: [Option: String]

    /// A target by its parts.
    public init(server: String, options: [Option: String] = [:]) {
        self.server = server
        self.options = options
    }
}

/// Whom a secure stream trusts.
public struct StreamTrust: Sendable, Hashable {
    /// A PEM file with the certificates of the authorities to trust; nil for the system's.
    public var authorities: String?

    /// Trust in the authorities of a file, or in the system's.
    public init(authorities: String? = nil) {
        self.authorities = authorities
    }
}
