import LiveKitProtocol
import NIOHTTP1
import SwiftProtobuf

/// How a call and its answer are written.
enum TwirpCoding: Sendable {
    case protobuf
    case json

    /// What a `Content-Type` asks for; parameters such as a character set are ignored.
    init(contentType: String?) throws(TwirpError) {
        let type = (contentType ?? "").prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        switch type {
        case "application/protobuf": self = .protobuf
        case "application/json": self = .json
        default: throw TwirpError(.badRoute, "unexpected Content-Type: \"\(contentType ?? "")\"")
        }
    }

    /// Reads a request; in JSON both spellings of a field's name are read, and unknown fields are ignored.
    func decode<Request: Message>(_ body: [UInt8]) throws(TwirpError) -> Request {
        switch self {
        case .protobuf:
            guard let request = try? Request(serializedBytes: body) else {
                throw TwirpError(.malformed, "the protobuf request could not be decoded")
            }
            return request
        case .json:
            var options = JSONDecodingOptions()
            options.ignoreUnknownFields = true
            do {
                return try Request(jsonUTF8Bytes: body, options: options)
            } catch {
                throw TwirpError(.malformed, "the json request could not be decoded: \(error)")
            }
        }
    }

    /// Writes an answer; JSON has the names of the `.proto` files and every field, set or not.
    func response(_ message: some Message) throws(TwirpError) -> HTTPResponse {
        do {
            switch self {
            case .protobuf:
                return HTTPResponse(
                    status: .ok,
                    headers: ["Content-Type": "application/protobuf"],
                    body: try message.serializedBytes()
                )
            case .json:
                return HTTPResponse(
                    status: .ok,
                    headers: ["Content-Type": "application/json"],
                    body: try CompleteJSON.encode(message)
                )
            }
        } catch {
            throw TwirpError(.internal, "the response could not be encoded")
        }
    }
}
