/// What a file that grew has become in the end.
public struct FileEnding: Sendable, Hashable, Codable {
    /// Bytes that the file has before `head` replaces its beginning; what is behind them is not uploaded.
    public let length: Int64
    /// The bytes that stand in place of the first `replacing` ones; nil: they stay.
    public let head: [UInt8]?
    /// How many bytes at the beginning `head` takes the place of.
    public let replacing: Int

    /// Heads are a few kilobytes; with this bound part 1 stays large enough for every store: 3 MiB.
    public static let maximumHead = 3 << 20

    /// An ending.
    ///
    /// `head` and `replacing` may differ in length; both are at most `maximumHead`, and `replacing` at most `length`.
    public init(length: Int64, head: [UInt8]? = nil, replacing: Int = 0) {
        precondition(length >= 0 && replacing >= 0 && Int64(replacing) <= length, "a head reaches beyond its file")
        precondition((head?.count ?? 0) <= Self.maximumHead && replacing <= Self.maximumHead, "a head is too long")
        self.length = length
        self.head = head
        self.replacing = head == nil ? 0 : replacing
    }

    /// Bytes of the result.
    var size: Int64 { length - Int64(replacing) + Int64(head?.count ?? 0) }
}
