internal import COpenSSL
internal import MediaWire

/// One DTLS 1.2 connection: the handshake, then application data (SCTP packets), sans-IO.
///
/// Retransmission follows our clock (`DTLSWire` says how): a flight is sent again after `initialTimeout`, doubling up to
/// `longestTimeout` (RFC 6347 §4.2.4.1 allows less than its one second where it is known to be safe; peers of this kind
/// all start between 50 and 400 ms).
final class DTLSEndpoint {
    enum State: Equatable {
        /// The handshake goes on. Next: `connected`, `failed`.
        case handshaking
        /// Keys can be exported, data sent. Next: `failed`.
        case connected
        /// Nothing more will come.
        case failed(String)
    }

    /// The datagram size both sides of most paths carry; what libwebrtc and pion assume as well.
    static let maximumDatagramSize = 1200
    /// What a record adds to its payload: header 13, explicit nonce 8, tag 16 (RFC 6347 §4.1, RFC 5288 §3).
    static let recordOverhead = 37
    static let initialTimeout: Duration = .milliseconds(100)
    static let longestTimeout: Duration = .milliseconds(1600)

    private(set) var state = State.handshaking
    /// Whether the peer has said that it will send no more (`close_notify`, RFC 5246 §7.2.1).
    private(set) var isEndedByPeer = false
    let role: DTLSRole
    private let ssl: OpaquePointer
    private let wire = DTLSWire()
    private let context: DTLSContext
    private(set) var deadline: Instant?
    private var timeout = DTLSEndpoint.initialTimeout
    private var timerStartsSeen = 0
    /// The application data of the datagrams handled so far.
    private var received: [[UInt8]] = []

    init(
        certificate: Certificate,
        profiles: [SRTPProfile],
        role: DTLSRole,
        expecting fingerprint: Fingerprint
    ) throws(OpenSSLFailure) {
        self.role = role
        context = try certificate.context(offering: profiles)
        guard let ssl = SSL_new(context.pointer) else { throw OpenSSLFailure("making a DTLS connection") }
        self.ssl = ssl
        let bio = try wire.makeBIO()
        SSL_set_bio(ssl, bio, bio)
        openssl_set_link_mtu(ssl, Self.maximumDatagramSize)
        wire.expected = fingerprint
        switch role {
        case .client: SSL_set_connect_state(ssl)
        case .server: SSL_set_accept_state(ssl)
        }
    }

    deinit { SSL_free(ssl) }

    /// Sends ClientHello; a server waits.
    func start(at now: Instant) {
        advance(at: now)
    }

    /// Takes in a datagram of DTLS records.
    func handle(_ datagram: [UInt8], at now: Instant) {
        if case .failed = state { return }
        wire.receive(datagram)
        advance(at: now)
    }

    /// Sends the last flight again once it is due.
    func handleTimeout(at now: Instant) {
        guard let deadline, deadline <= now, state == .handshaking else { return }
        timeout = min(timeout * 2, Self.longestTimeout)
        self.deadline = now + timeout
        wire.expireTimer()
        ERR_clear_error()
        if openssl_handle_dtls_timeout(ssl) < 0 {
            fail("the peer did not answer the handshake")
        }
        timerStartsSeen = wire.timerStarts
    }

    /// Sends application data in a record of its own.
    func send(_ data: [UInt8]) {
        guard state == .connected, !data.isEmpty else { return }
        ERR_clear_error()
        // Cannot block: the wire takes everything. A failure here is as good as a lost datagram.
        _ = SSL_write(ssl, data, Int32(data.count))
    }

    /// The datagrams to send.
    func takeDatagrams() -> [[UInt8]] { wire.takeOutbound() }

    /// The application data received.
    func takeData() -> [[UInt8]] {
        defer { received.removeAll() }
        return received
    }

    /// Tells the peer that nothing more will come.
    func close() {
        guard state == .connected else { return }
        ERR_clear_error()
        _ = SSL_shutdown(ssl)
    }

    /// The profile and keys agreed on; nil if the peer offered no profile of ours.
    func exportKeys() -> SRTPKeys? {
        guard state == .connected, let selected = SSL_get_selected_srtp_profile(ssl) else { return nil }
        guard let profile = SRTPProfile.allCases.first(where: { $0.identifier == selected.pointee.id }) else {
            return nil
        }
        var material = [UInt8](repeating: 0, count: 2 * (profile.keyLength + profile.saltLength))
        let label = "EXTRACTOR-dtls_srtp"  // RFC 5764 §4.2
        let exported = SSL_export_keying_material(ssl, &material, material.count, label, label.utf8.count, nil, 0, 0)
        guard exported == 1 else { return nil }
        return SRTPKeys(profile: profile, material: material, role: role)
    }

    // MARK: - Driving OpenSSL

    private func advance(at now: Instant) {
        if state == .handshaking { handshake() }
        if state == .connected { readRecords() }
        followTimer(at: now)
    }

    private func handshake() {
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        if result == 1 {
            state = .connected
            return
        }
        let error = SSL_get_error(ssl, result)
        guard error != SSL_ERROR_WANT_READ, error != SSL_ERROR_WANT_WRITE else { return }
        fail(wire.refusal ?? OpenSSLFailure("the DTLS handshake").description)
    }

    private func readRecords() {
        while true {
            var count: Int32 = 0
            ERR_clear_error()
            // A record holds at most 2^14 bytes (RFC 5246 §6.2.1).
            let data = [UInt8](unsafeUninitializedCapacity: 1 << 14) { buffer, initialized in
                count = SSL_read(ssl, buffer.baseAddress, Int32(buffer.count))
                initialized = Int(max(0, count))
            }
            guard count > 0 else {
                let error = SSL_get_error(ssl, count)
                if error == SSL_ERROR_SSL || error == SSL_ERROR_SYSCALL {
                    fail(OpenSSLFailure("reading DTLS records").description)
                }
                if error == SSL_ERROR_ZERO_RETURN { isEndedByPeer = true }
                // A close_notify ends reading, not the peer: its signalling or its silence does that.
                return
            }
            received.append(data)
        }
    }

    private func followTimer(at now: Instant) {
        guard wire.isTimerRunning, state == .handshaking else {
            deadline = nil
            return
        }
        guard wire.timerStarts != timerStartsSeen else { return }
        timerStartsSeen = wire.timerStarts
        timeout = Self.initialTimeout
        deadline = now + timeout
    }

    private func fail(_ reason: String) {
        state = .failed(reason)
        deadline = nil
    }
}
