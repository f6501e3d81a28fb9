internal import COpenSSL

/// What all DTLS handshakes of one certificate share: protocol version, ciphers, curves, SRTP profiles.
///
/// `@unchecked Sendable`: it is not changed after `init`, and OpenSSL lets many threads make connections of one context.
final class DTLSContext: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Forward secrecy and authenticated encryption only, for peers with ECDSA and RSA certificates: what RFC 8827
    /// §6.5 demands and what every WebRTC peer has.
    private static let ciphers = """
        ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
        ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:\
        ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384
        """
    /// What keys are agreed on with: X25519 or P-256 with every WebRTC peer (RFC 8827 §6.5).
    ///
    /// OpenSSL holds the curves of peers' certificates against the same list, and FFmpeg 8's WHIP muxer with GnuTLS makes its
    /// own on P-224.
    private static let groups = "X25519:P-256:P-384:P-521:P-224"

    init(certificate: Certificate, profiles: [SRTPProfile]) throws(OpenSSLFailure) {
        guard let context = SSL_CTX_new(DTLS_method()) else { throw OpenSSLFailure("making a DTLS context") }
        pointer = context
        let names = profiles.map(\.openSSLName).joined(separator: ":")
        guard
            openssl_use_only_dtls12(context) == 1,
            SSL_CTX_set_cipher_list(context, Self.ciphers) == 1,
            openssl_set_groups(context, Self.groups) == 1,
            SSL_CTX_use_certificate(context, certificate.x509) == 1,
            SSL_CTX_use_PrivateKey(context, certificate.key) == 1,
            SSL_CTX_set_tlsext_use_srtp(context, names) == 0  // unlike the others, 0 is success
        else { throw OpenSSLFailure("configuring DTLS") }
        openssl_disable_session_cache(context)
        // No session tickets, no renegotiation, and the MTU is ours to say.
        _ = SSL_CTX_set_options(context, openssl_connection_options())
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        // The chain means nothing (RFC 8827 §6.5): the certificate is the named one or it is not.
        SSL_CTX_set_cert_verify_callback(context, { store, _ in DTLSWire.verify(store) ? 1 : 0 }, nil)
    }

    deinit { SSL_CTX_free(pointer) }
}
