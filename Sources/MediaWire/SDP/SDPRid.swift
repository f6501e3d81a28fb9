/// A `rid` line: a stream within a media section, such as a simulcast layer (RFC 8851 §4).
public struct SDPRid: Sendable, Hashable {
    /// Which way the stream flows, as the writer sees it.
    public enum Direction: String, Sendable, Hashable {
        /// From the writer.
        case send
        /// To the writer.
        case receive = "recv"
    }

    /// The stream's name.
    public var id: String
    /// Which way it flows.
    public var direction: Direction
    /// Restrictions as written, such as `pt=97;max-width=1280`.
    public var restrictions: String?

    /// The stream `id`.
    public init(id: String, direction: Direction, restrictions: String? = nil) {
        self.id = id
        self.direction = direction
        self.restrictions = restrictions
    }
}
