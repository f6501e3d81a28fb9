import Synchronization

/// Keeps secrets out of what the codec libraries log, as long as the value lives.
///
/// Their messages quote URLs and what servers answer, and with that stream keys.
final class ConcealedText: Sendable {
    private static let known = Mutex<[String: Int]>([:])
    private let secrets: [String]

    init(_ secrets: [String]) {
        self.secrets = secrets.filter { !$0.isEmpty }
        Self.known.withLock { known in
            for secret in self.secrets { known[secret, default: 0] += 1 }
        }
    }

    deinit {
        Self.known.withLock { known in
            for secret in secrets {
                known[secret, default: 1] -= 1
                if known[secret] == 0 { known[secret] = nil }
            }
        }
    }

    /// The text with `{...}` in place of every secret.
    static func conceal(_ text: String) -> String {
        // The longest first: one may be part of another.
        let secrets = known.withLock { $0.keys.sorted { $0.utf8.count > $1.utf8.count } }
        return secrets.reduce(text) { text, secret in text.replacing(secret, with: "{...}") }
    }
}
