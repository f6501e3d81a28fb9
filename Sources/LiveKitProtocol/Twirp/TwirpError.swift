import FoundationEssentials

/// A server API call that failed, as the caller is told.
public struct TwirpError: Error, Sendable, Hashable {
    /// What kind of failure it is.
    public var code: TwirpCode
    /// What was wrong, with which value, and what would be right; never a secret.
    public var message: String
    /// More, for programs.
    public var meta: [String: String]

    /// Makes an error.
    public init(_ code: TwirpCode, _ message: String, meta: [String: String] = [:]) {
        self.code = code
        self.message = message
        self.meta = meta
    }

    /// The HTTP status of the answer.
    public var httpStatus: Int { code.httpStatus }

    /// The body of the answer: `{"code":…,"msg":…,"meta":{…}}`, the last only when there is some.
    public var jsonBody: [UInt8] {
        let body = Body(code: code.rawValue, msg: message, meta: meta.isEmpty ? nil : meta)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(body) else { preconditionFailure("strings always encode") }
        return Array(json)
    }

    /// Reads the body of an answer; nil when it is no Twirp error.
    public init?(jsonBody: some Sequence<UInt8>) {
        guard let body = try? JSONDecoder().decode(Body.self, from: Data(jsonBody)),
            let code = TwirpCode(rawValue: body.code)
        else { return nil }
        self.init(code, body.msg, meta: body.meta ?? [:])
    }

    private struct Body: Codable {
        var code: String
        var msg: String
        var meta: [String: String]?
    }
}

extension TwirpError: CustomStringConvertible {
    /// The code and the message.
    public var description: String { "\(code.rawValue): \(message)" }
}
