internal import COpenSSL
internal import Synchronization

/// A self-signed certificate and its key, by which one process proves itself to its peers.
///
/// The peer trusts it for its fingerprint in the session description, which travels over signalling (RFC 8827 §5), so
/// names and dates in it mean nothing.
///
/// `@unchecked Sendable`: key and certificate are never changed after `generate`, and OpenSSL counts its references
/// atomically.
public final class Certificate: @unchecked Sendable {
    let key: OpaquePointer
    let x509: OpaquePointer
    /// The SHA-256 of the certificate.
    public let fingerprint: Fingerprint
    /// Contexts are costly (half a millisecond each) and alike for all peers of a process.
    private let contexts = Mutex<[[SRTPProfile]: DTLSContext]>([:])

    private init(owning key: OpaquePointer, _ x509: OpaquePointer, fingerprint: Fingerprint) {
        self.key = key
        self.x509 = x509
        self.fingerprint = fingerprint
    }

    deinit {
        X509_free(x509)
        EVP_PKEY_free(key)
    }

    /// Makes a key on P-256, the curve every WebRTC peer must accept (RFC 8827 §6.5), and signs a certificate with it.
    public static func generate() throws -> Certificate {
        guard let key = openssl_generate_p256_key() else { throw OpenSSLFailure("generating a P-256 key") }
        guard let x509 = X509_new() else {
            EVP_PKEY_free(key)
            throw OpenSSLFailure("allocating a certificate")
        }
        do {
            try sign(x509, with: key)
            let fingerprint = try fingerprint(of: x509, .sha256)
            return Certificate(owning: key, x509, fingerprint: fingerprint)
        } catch {
            X509_free(x509)
            EVP_PKEY_free(key)
            throw error
        }
    }

    private static func sign(_ x509: OpaquePointer, with key: OpaquePointer) throws(OpenSSLFailure) {
        let day = 24 * 60 * 60
        var name = Array("sluice".utf8)
        let subject = X509_get_subject_name(x509)
        let signed =
            X509_set_version(x509, 2) == 1  // version 3
            && ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), UInt64.random(in: 1...UInt64(Int64.max))) == 1
            && X509_gmtime_adj(X509_getm_notBefore(x509), -day) != nil
            && X509_gmtime_adj(X509_getm_notAfter(x509), 3650 * day) != nil
            && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, &name, Int32(name.count), -1, 0) == 1
            && X509_set_issuer_name(x509, subject) == 1
            && X509_set_pubkey(x509, key) == 1
            && X509_sign(x509, key, EVP_sha256()) > 0
        guard signed else { throw OpenSSLFailure("signing a certificate") }
    }

    static func fingerprint(
        of x509: OpaquePointer,
        _ algorithm: Fingerprint.Algorithm
    ) throws(OpenSSLFailure) -> Fingerprint {
        let digest =
            switch algorithm {
            case .sha256: EVP_sha256()
            case .sha384: EVP_sha384()
            case .sha512: EVP_sha512()
            }
        var bytes = [UInt8](repeating: 0, count: algorithm.byteCount)
        guard X509_digest(x509, digest, &bytes, nil) == 1 else { throw OpenSSLFailure("hashing a certificate") }
        return Fingerprint(algorithm: algorithm, digest: bytes)
    }

    /// The context that all handshakes with these profiles share.
    func context(offering profiles: [SRTPProfile]) throws(OpenSSLFailure) -> DTLSContext {
        if let context = contexts.withLock({ $0[profiles] }) { return context }
        let context = try DTLSContext(certificate: self, profiles: profiles)
        contexts.withLock { $0[profiles] = context }
        return context
    }
}
