import LiveKitProtocol
import SwiftProtobuf

/// Reads the `join_request` of a URL: a wrapped, perhaps compressed message in URL-safe Base64.
enum JoinRequestDecoder {
    /// The largest join request, in bytes, before and after decompression (LiveKit's own limit).
    static let limit = 1 << 20

    /// The join request; the failures have the texts of LiveKit.
    static func decode(_ text: String) throws(JoinFailure) -> Livekit_JoinRequest {
        // Four characters for three bytes, and padding.
        guard text.utf8.count <= limit / 3 * 4 + 8 else { throw tooLarge }
        guard let bytes = Base64URL.decode(text) else {
            throw refusal("cannot base64 decode wrapped join request")
        }
        guard bytes.count <= limit else { throw tooLarge }
        guard let wrapped = try? Livekit_WrappedJoinRequest(serializedBytes: bytes) else {
            throw refusal("cannot unmarshal wrapped join request")
        }
        let inner: [UInt8]
        switch wrapped.compression {
        case .none: inner = Array(wrapped.joinRequest)
        case .gzip: inner = try gunzip(Array(wrapped.joinRequest))
        case .UNRECOGNIZED(let value):
            throw refusal("join request has the unknown compression \(value)")
        }
        guard let request = try? Livekit_JoinRequest(serializedBytes: inner) else {
            throw refusal("cannot unmarshal join request")
        }
        return request
    }

    private static func gunzip(_ bytes: [UInt8]) throws(JoinFailure) -> [UInt8] {
        do {
            return try Inflater.gunzip(bytes, limit: limit)
        } catch {
            switch error {
            case .tooLarge: throw tooLarge
            case .malformed: throw refusal("cannot read decompressed join request")
            }
        }
    }

    private static let tooLarge = refusal("join request too large")

    private static func refusal(_ message: String) -> JoinFailure {
        JoinFailure(httpStatus: 400, message: message)
    }
}
