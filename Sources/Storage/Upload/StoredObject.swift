/// What became of an upload that succeeded.
public struct StoredObject: Sendable, Hashable {
    /// A URL, or an absolute path for local storage.
    public var location: String
    /// Bytes.
    public var size: Int64

    /// An object.
    public init(location: String, size: Int64) {
        self.location = location
        self.size = size
    }
}
