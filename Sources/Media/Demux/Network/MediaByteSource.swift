/// Bytes that a demuxer reads from wherever its owner has them.
///
/// Only the thread of the demuxer calls it.
public protocol MediaByteSource: AnyObject {
    /// Bytes in all; nil if that is not known.
    var length: Int64? { get }
    /// Whether `seek` can work.
    var isSeekable: Bool { get }
    /// Fills the buffer with at least one byte and says how many came; 0 at the end. Waits as long as its owner allows.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceFailure) -> Int
    /// Goes on at a byte of the whole.
    func seek(to offset: Int64) throws(ByteSourceFailure)
    /// Nothing more is read.
    func close()
}

/// Opens what a demuxer asks for by URL: the media itself, and whatever a playlist names.
///
/// Only the thread of the demuxer calls it.
public protocol MediaOpener: AnyObject {
    /// Opens a URL, or so many bytes of it.
    func open(_ url: String, range: Range<Int64>?) throws(ByteSourceFailure) -> any MediaByteSource
}

/// Why bytes could not be had.
public struct ByteSourceFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, without secrets.
    public var description: String
    /// Whether nothing else is to be tried: the demuxer ends, where it would otherwise go on with a playlist's next part.
    public var isFinal: Bool

    /// A failure with its text.
    public init(_ description: String, isFinal: Bool = false) {
        self.description = description
        self.isFinal = isFinal
    }
}
