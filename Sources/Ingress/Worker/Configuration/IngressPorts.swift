/// Where an ingress worker is reached by publishers.
public struct IngressPorts: Sendable, Hashable {
    /// A certificate and its key, in PEM.
    public struct TLSFiles: Sendable, Hashable {
        /// The chain, the server's own certificate first (`tls_cert_file`).
        public var certificates: String
        /// The private key (`tls_key_file`).
        public var key: String

        /// Files by their paths.
        public init(certificates: String, key: String) {
            self.certificates = certificates
            self.key = key
        }
    }

    /// The address that everything is bound to.
    public var bindAddress = "0.0.0.0"
    /// The port of RTMP (`rtmp_port`); nil: off, 0: a free one.
    public var rtmp: Int? = 1935
    /// The port of RTMP through TLS (`rtmps_port`); nil: off, 0: a free one.
    public var rtmps: Int?
    /// What RTMPS shows.
    public var tls: TLSFiles?
    /// The port of WHIP (`whip_port`); nil: off, 0: a free one.
    public var whip: Int? = 8080
    /// The UDP port of all WHIP publishers' media (`rtc_config.udp_port`); 0: a free one.
    public var media = 7885
    /// The port of media over ICE-TCP (`rtc_config.tcp_port`); nil: off.
    public var mediaTCP: Int?
    /// The address WHIP publishers are told to send to (`rtc_config.node_ip`); nil: those of the interfaces.
    public var nodeIP: String?

    /// The defaults.
    public init() {}
}
