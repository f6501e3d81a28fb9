/// Why a session failed, in the texts of LiveKit's ingress (1.5), by which its users know them.
package struct IngressSessionError: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// Kinds of failure.
    package enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        /// No media came.
        case sourceNotReady
        /// The media cannot be decoded here.
        case unsupportedFormat
        /// The plan makes no sense.
        case invalidRequest
        /// The room sent the participant away, or was closed.
        case roomDisconnected
        /// The connection to the room was lost, or never came about.
        case roomDisconnectedUnexpectedly
        /// An encoder failed.
        case encoder
    }

    /// What kind of failure it is.
    package var code: Code
    /// What happened, for people.
    package var message: String

    /// A failure with its usual text, and what is known beyond it.
    package init(_ code: Code, detail: String? = nil) {
        self.code = code
        message = detail.map { "\(code.text): \($0)" } ?? code.text
    }

    /// The HTTP status of LiveKit's ingress for this failure.
    package var status: Int {
        switch code {
        case .sourceNotReady: 412
        case .unsupportedFormat, .roomDisconnected: 406
        case .invalidRequest: 400
        case .roomDisconnectedUnexpectedly: 503
        case .encoder: 500
        }
    }

    /// Whether another session may succeed where this one failed.
    package var isRetryable: Bool { code == .roomDisconnectedUnexpectedly }

    /// The message.
    package var description: String { message }
}

extension IngressSessionError.Code {
    fileprivate var text: String {
        switch self {
        case .sourceNotReady: "source encoder not ready"
        case .unsupportedFormat: "unsupported format for the source media"
        case .invalidRequest: "invalid request"
        case .roomDisconnected: "room disconnected"
        case .roomDisconnectedUnexpectedly: "room disconnected unexpectedly"
        case .encoder: "encoding failed"
        }
    }
}
