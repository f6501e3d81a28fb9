internal import CFFmpeg

/// What went wrong with media, in words an operator can act on.
public struct MediaError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure, for callers that act on it.
    public enum Code: String, Hashable, Sendable {
        /// No decoder, encoder or container for what was asked.
        case unsupported
        /// The caller's settings make no sense.
        case invalidConfiguration
        /// The bytes are not what they claim to be.
        case invalidData
        /// A file could not be read or written.
        case io
        /// A file holds nothing that can be used.
        case noMedia
        /// A codec failed for a reason of its own.
        case codec
    }

    /// The kind of failure.
    public var code: Code
    /// What was wrong, with which value.
    public var message: String
    /// FFmpeg's or the system's own text, where there is one.
    public var underlying: String?

    /// A failure with its text.
    public init(_ code: Code, _ message: String, underlying: String? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    /// The message, and the cause in parentheses.
    public var description: String {
        underlying.map { "\(message) (\($0))" } ?? message
    }

    /// A failure reported by an FFmpeg function as a negative number.
    init(_ code: Code, _ message: String, status: Int32) {
        self.init(code, message, underlying: MediaError.text(of: status))
    }

    /// FFmpeg's text for a negative return value.
    static func text(of status: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            guard let base = buffer.baseAddress, av_strerror(status, base, buffer.count) >= 0 else {
                return "error \(status)"
            }
            return String(cString: base)
        }
    }
}

/// FFmpeg's status values that are answers rather than failures.
enum Status {
    /// More input is needed, or output has to be taken first.
    static let again = sluice_averror(EAGAIN)
    /// Nothing will follow.
    static let end = sluice_averror_eof()
    /// Whoever asked does not want to wait any longer.
    static let interrupted = sluice_averror_exit()
}
