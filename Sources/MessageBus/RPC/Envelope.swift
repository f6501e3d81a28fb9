import FoundationEssentials
import LiveKitProtocol
package import SwiftProtobuf

/// What goes over a channel: a serialized `internal.Msg` that names and holds one inner message.
package enum Envelope {
    private static let prefix = "type.googleapis.com/"

    /// The bytes of the envelope around a message.
    package static func encode(_ message: some Message) -> [UInt8] {
        var envelope = Internal_Msg()
        envelope.typeURL = prefix + type(of: message).protoMessageName
        envelope.value = serialize(message)
        return Array(serialize(envelope))
    }

    /// The message of the asked type in an envelope; nil when it is another type's or cannot be read.
    package static func decode<M: Message>(_ payload: [UInt8], as type: M.Type = M.self) -> M? {
        guard let envelope = try? Internal_Msg(serializedBytes: payload),
            envelope.typeURL.split(separator: "/").last.map(String.init) == M.protoMessageName
        else { return nil }
        return try? M(serializedBytes: envelope.value)
    }

    /// A message's bytes.
    static func serialize(_ message: some Message) -> Data {
        // proto3 messages have no required fields, and no message here nears the 2 GiB limit.
        guard let bytes: Data = try? message.serializedBytes() else { preconditionFailure("proto3 always serializes") }
        return bytes
    }
}

extension Internal_Request {
    /// The user's message; older peers wrap it in an `Any`.
    var payload: Data { rawRequest.isEmpty && hasRequest ? request.value : rawRequest }
}

extension Internal_Response {
    /// The user's message; older peers wrap it in an `Any`.
    var payload: Data { rawResponse.isEmpty && hasResponse ? response.value : rawResponse }

    /// What the answer says: a message's bytes, or an error.
    var result: Result<[UInt8], RPCError> {
        guard error.isEmpty else { return .failure(RPCError(wireCode: code, message: error)) }
        // An error without a text has a code at least; success has neither.
        guard code.isEmpty else { return .failure(RPCError(wireCode: code, message: code)) }
        return .success(Array(payload))
    }
}
