/// The API keys of a server with their secrets, in the order they were configured.
///
/// The order matters: what the server signs by itself (refresh tokens, the tokens of its own workers) is signed with
/// the first one.
public struct APIKeys: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One API key with its secret.
    public struct Pair: Sendable, Hashable {
        /// The public half: the `iss` claim of a token.
        public var key: String
        /// The secret half, with which tokens are signed.
        public var secret: String

        /// Makes a pair.
        public init(key: String, secret: String) {
            self.key = key
            self.secret = secret
        }
    }

    /// The pairs, first configured first.
    public private(set) var pairs: [Pair]

    /// Makes a set of keys; of two pairs with the same key the later one counts.
    public init(_ pairs: [Pair] = []) {
        self.pairs = []
        for pair in pairs { self[pair.key] = pair.secret }
    }

    /// Makes a set of keys from `[key: secret]`.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { Pair(key: $0.0, secret: $0.1) })
    }

    /// The pair the server signs its own tokens with; nil when no key is configured.
    public var first: Pair? { pairs.first }

    /// Whether no key is configured.
    public var isEmpty: Bool { pairs.isEmpty }

    /// The secret of a key; nil when the key is unknown.
    public subscript(key: String) -> String? {
        get { pairs.first { $0.key == key }?.secret }
        set {
            let index = pairs.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let secret?): pairs[index].secret = secret
            case (let index?, nil): pairs.remove(at: index)
            case (nil, let secret?): pairs.append(Pair(key: key, secret: secret))
            case (nil, nil): break
            }
        }
    }
}

extension APIKeys: CustomStringConvertible, CustomDebugStringConvertible {
    /// The keys without their secrets, so that logging the configuration gives nothing away.
    public var description: String { "APIKeys(\(pairs.map(\.key).joined(separator: ", ")))" }

    /// The same as `description`.
    public var debugDescription: String { description }
}

extension APIKeys.Pair: CustomStringConvertible, CustomDebugStringConvertible {
    /// The key without its secret.
    public var description: String { key }

    /// The key without its secret.
    public var debugDescription: String { key }
}
