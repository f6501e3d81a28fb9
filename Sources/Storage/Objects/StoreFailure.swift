/// Why one request to a store failed, and whether it is worth another try.
struct StoreFailure: Error, Hashable {
    /// What to do about it.
    enum Kind: Hashable {
        /// The store cannot be reached or is not well; it is tried until the outage is too old.
        case outage
        /// A conflict or missing credentials, which may pass; a few tries.
        case uncertain
        /// The store says no.
        case refused
        /// The store does not know the multipart upload any more; it starts from the beginning.
        case lostUpload
    }

    var kind: Kind
    /// What happened, without credentials.
    var reason: String

    init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }
}

/// The texts that must not be shown, whoever repeats them.
struct Secrets: Sendable {
    private let texts: [String]

    init(_ texts: [String]) {
        // Anything shorter could not be told from ordinary words.
        self.texts = texts.filter { $0.utf8.count >= 4 }.sorted { $0.utf8.count > $1.utf8.count }
    }

    func hidden(in text: String) -> String {
        texts.reduce(text) { text, secret in
            text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "…")
        }
    }
}
