/// Why a URL cannot be pulled, or can no longer.
package struct PullFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure, for callers that act on it.
    package enum Code: String, Sendable, Hashable {
        /// The URL is none that can be pulled.
        case invalidURL
        /// The server, or one that it refers to, has an address that may not be connected to.
        case refusedAddress
        /// The container, or what the server sends in its place, is not known.
        case unsupportedContainer
        /// A stream's codec is not known.
        case unsupportedFormat
        /// There is neither sound nor picture.
        case noMedia
        /// The server does not have it or does not give it to us.
        case notFound
        /// The server cannot be reached, breaks off or says nothing.
        case unavailable
        /// The server sends more than is taken: headers, redirects, playlists.
        case excessive
    }

    /// The kind of failure.
    package var code: Code
    /// What was wrong, with which value, without secrets.
    package var description: String

    /// A failure with its text.
    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// Whether trying again may help.
    package var isTransient: Bool { code == .unavailable }
}
