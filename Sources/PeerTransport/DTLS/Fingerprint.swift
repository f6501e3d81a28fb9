/// The hash of a certificate, as a session description carries it (RFC 8122 §5).
public struct Fingerprint: Sendable, Hashable {
    /// The hash functions accepted.
    ///
    /// SHA-1 and older are not: RFC 8122 deprecates them.
    public enum Algorithm: String, Sendable, Hashable, CaseIterable {
        /// SHA-256.
        case sha256 = "sha-256"
        /// SHA-384.
        case sha384 = "sha-384"
        /// SHA-512.
        case sha512 = "sha-512"

        var byteCount: Int {
            switch self {
            case .sha256: 32
            case .sha384: 48
            case .sha512: 64
            }
        }
    }

    /// The hash function.
    public var algorithm: Algorithm
    /// The hash.
    public var digest: [UInt8]

    init(algorithm: Algorithm, digest: [UInt8]) {
        self.algorithm = algorithm
        self.digest = digest
    }

    /// Reads `sha-256` and `AA:BB:…`; nil if the algorithm is not accepted or the value is not its hash.
    public init?(algorithm: String, value: String) {
        guard let algorithm = Algorithm(rawValue: algorithm.lowercased()) else { return nil }
        let bytes = value.split(separator: ":", omittingEmptySubsequences: false)
        guard bytes.count == algorithm.byteCount else { return nil }
        var digest: [UInt8] = []
        for byte in bytes {
            guard byte.utf8.count == 2, byte.first != "+", let value = UInt8(byte, radix: 16) else { return nil }
            digest.append(value)
        }
        self.init(algorithm: algorithm, digest: digest)
    }

    /// The hash as a description writes it: `AA:BB:…`.
    public var value: String {
        digest.map { byte in
            let text = String(byte, radix: 16, uppercase: true)
            return text.utf8.count == 1 ? "0" + text : text
        }.joined(separator: ":")
    }
}
