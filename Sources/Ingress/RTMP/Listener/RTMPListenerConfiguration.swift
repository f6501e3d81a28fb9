/// Where publishers connect, and how many may.
package struct RTMPListenerConfiguration: Sendable, Hashable {
    /// What RTMPS needs.
    package struct TLS: Sendable, Hashable {
        /// A file with the certificate and those above it, PEM.
        package var certificateChain: String
        /// A file with the certificate's key, PEM.
        package var privateKey: String

        /// The two files.
        package init(certificateChain: String, privateKey: String) {
            self.certificateChain = certificateChain
            self.privateKey = privateKey
        }
    }

    /// The address listened on.
    package var address: String
    /// The port; 0 takes a free one.
    ///
    /// 1935 is the port registered for RTMP, 443 what clients take for RTMPS.
    package var port: Int
    /// For RTMPS; nil for RTMP.
    package var tls: TLS?
    /// The most connections; beyond it new ones are closed at once.
    package var connections: Int
    /// The most connections from one address (IPv6: one /64) that nobody has let in yet.
    package var pendingConnectionsPerAddress: Int

    /// Where, and how many.
    package init(
        address: String = "0.0.0.0",
        port: Int = 1935,
        tls: TLS? = nil,
        connections: Int = 1024,
        pendingConnectionsPerAddress: Int = 64
    ) {
        self.address = address
        self.port = port
        self.tls = tls
        self.connections = connections
        self.pendingConnectionsPerAddress = pendingConnectionsPerAddress
    }
}
