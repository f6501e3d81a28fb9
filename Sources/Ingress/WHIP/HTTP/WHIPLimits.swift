package import NIOCore
import NIOHTTP1

/// What clients may ask of the listener before they are cut off.
package struct WHIPLimits: Sendable {
    /// The longest body, bytes; offers of browsers with one section of each kind have about 10 000.
    package var body = 128 << 10
    /// The longest request line or header, and all headers together, bytes.
    package var headers = 16 << 10
    /// Headers of one request.
    package var headerCount = 64
    /// How long a client may take for a whole request; LiveKit's read timeout.
    package var requestTimeout = TimeAmount.seconds(10)
    /// How long the decision about a request may take; LiveKit's write timeout.
    package var answerTimeout = TimeAmount.seconds(10)
    /// How long a connection is kept without a request.
    package var keepAlive = TimeAmount.seconds(30)
    /// How long a connection whose request was refused unread goes on being read, so that the client sees why.
    package var linger = TimeAmount.seconds(2)
    /// Connections at a time; beyond it new ones are closed at once.
    package var connections = 1024
    /// Sessions at a time whose media does not flow yet; more are refused with 429.
    package var sessionsInSetup = 64

    /// The usual limits.
    package init() {}

    var decoder: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = headers
        limits.maxHeaderListSize = headers
        limits.maxHeaderFieldCount = headerCount
        return limits
    }
}
