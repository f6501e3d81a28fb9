/// How to reach and to authenticate the writer: attributes a description has once, or in each media section.
public struct SDPTransport: Sendable, Hashable {
    /// The ICE user name fragment (RFC 8839 §5.4).
    public var iceUfrag: String?
    /// The ICE password (RFC 8839 §5.4); never to be logged.
    public var icePwd: String?
    /// ICE options such as `trickle` (RFC 8839 §5.6).
    public var iceOptions: [String]
    /// Certificate hashes (RFC 8122).
    public var fingerprints: [SDPFingerprint]
    /// Who begins the DTLS handshake (RFC 8842).
    public var setup: SDPSetup?

    /// A transport with these attributes.
    public init(
        iceUfrag: String? = nil,
        icePwd: String? = nil,
        iceOptions: [String] = [],
        fingerprints: [SDPFingerprint] = [],
        setup: SDPSetup? = nil
    ) {
        self.iceUfrag = iceUfrag
        self.icePwd = icePwd
        self.iceOptions = iceOptions
        self.fingerprints = fingerprints
        self.setup = setup
    }

    /// These attributes, with those of `session` where there are none here (RFC 8839 §5.4, RFC 8122 §5).
    public func inheriting(from session: SDPTransport) -> SDPTransport {
        SDPTransport(
            iceUfrag: iceUfrag ?? session.iceUfrag,
            icePwd: icePwd ?? session.icePwd,
            iceOptions: iceOptions.isEmpty ? session.iceOptions : iceOptions,
            fingerprints: fingerprints.isEmpty ? session.fingerprints : fingerprints,
            setup: setup ?? session.setup
        )
    }
}
