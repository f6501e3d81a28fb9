import NIOCore
import NIOHTTP1

/// What a client may ask of the HTTP edge before it is cut off.
struct HTTPLimits: Sendable {
    /// The longest request body, in bytes (`limit.max_api_request_body_size`; LiveKit's default).
    var requestBody = 10 << 20
    /// The longest request line or header, in bytes: a join request of 1 MiB in Base64, and room to spare.
    var headerField = 3 << 19
    /// How long a client may take for the head of its first request.
    var headTimeout = TimeAmount.seconds(15)
    /// How long a client may take for the body of a request.
    var bodyTimeout = TimeAmount.seconds(60)
    /// How long a connection is kept without a request.
    var keepAlive = TimeAmount.seconds(75)
    /// How long a connection whose request was refused unread goes on being read, so that the client sees why.
    var linger = TimeAmount.seconds(2)
    /// The most connections at a time: beyond it new ones are closed at once.
    var connections = 16_384

    /// The limits of the decoder.
    var decoder: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = headerField
        limits.maxHeaderListSize = headerField
        limits.maxHeaderFieldCount = 128
        return limits
    }
}
