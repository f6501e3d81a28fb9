/// The user name fragment and password of one side of an ICE session (RFC 8445 §5.3).
package struct ICECredentials: Sendable, Hashable {
    /// Names the side in connectivity checks; not secret.
    package var ufrag: String
    /// Signs connectivity checks.
    package var password: String

    /// Takes credentials from a description.
    package init(ufrag: String, password: String) {
        self.ufrag = ufrag
        self.password = password
    }

    /// Fresh credentials: 16 characters (95 bits), so that fragments do not collide on a port shared by many peers,
    /// and 32 characters (190 bits); RFC 8445 asks for at least 24 and 128 bits.
    package static func random() -> ICECredentials {
        ICECredentials(ufrag: randomText(16), password: randomText(32))
    }

    /// Characters of `ice-char` (RFC 8839 §5.4) that also stand unescaped in URLs and logs.
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

    private static func randomText(_ count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return String((0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
    }
}

extension ICECredentials: CustomStringConvertible {
    /// The fragment alone: passwords stay out of logs.
    package var description: String { "ufrag \(ufrag)" }
}
