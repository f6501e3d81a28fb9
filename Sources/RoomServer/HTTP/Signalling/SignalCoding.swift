import LiveKitProtocol
import SwiftProtobuf

/// How signal messages are put into WebSocket frames: Protobuf in binary ones, JSON in text ones.
enum SignalCoding {
    case binary
    case text

    /// Reads a request; nil when the bytes are none.
    func decode(_ bytes: [UInt8]) -> Livekit_SignalRequest? {
        switch self {
        case .binary:
            return try? Livekit_SignalRequest(serializedBytes: bytes)
        case .text:
            var options = JSONDecodingOptions()
            options.ignoreUnknownFields = true
            return try? Livekit_SignalRequest(jsonUTF8Bytes: bytes, options: options)
        }
    }

    /// Writes a response; nil when a string in it cannot be written, which decoding a request has ruled out.
    func encode(_ response: Livekit_SignalResponse) -> [UInt8]? {
        switch self {
        case .binary: try? response.serializedBytes()
        case .text: try? response.jsonUTF8Bytes()
        }
    }
}
