/// What a publisher asks for: the way to its key, taken apart.
struct RTMPPublication: Hashable, Sendable {
    /// The secret that says who may publish; empty if the publisher named nothing.
    var streamKey: String
    /// What stands in front of the key: the application, which may have slashes.
    var application: String

    /// The longest application and the longest key, in bytes.
    ///
    /// Our keys have 12.
    static let longestApplication = 1024
    static let longestKey = 256

    /// The parts of a URL as clients divide it: some keep everything but the first part for the publishing name, and
    /// a client that was given no key has it at the end of the application.
    ///
    /// Nil if either is too long. Queries are nothing to us.
    init?(application: String, publishingName: String) {
        let parts = [application, publishingName].flatMap { Self.withoutQuery($0).split(separator: "/") }
        streamKey = parts.last.map(String.init) ?? ""
        self.application = parts.dropLast().joined(separator: "/")
        guard streamKey.utf8.count <= Self.longestKey, self.application.utf8.count <= Self.longestApplication else {
            return nil
        }
    }

    private static func withoutQuery(_ text: String) -> Substring {
        text.prefix { $0 != "?" }
    }
}
