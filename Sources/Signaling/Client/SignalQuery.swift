package import LiveKitProtocol

/// What a client says about itself in the query of a signal connection.
package struct SignalQuery: Sendable, Hashable {
    /// The signal protocol this client speaks; 17 is the newest one that opens data channels in band.
    package static let protocolVersion = 17

    /// Which earlier session a connection takes up again.
    package struct Resume: Sendable, Hashable {
        /// The participant the earlier session belonged to.
        package var participant: ParticipantSID
        /// Why the earlier connection ended.
        package var reason: Livekit_ReconnectReason

        /// Describes an earlier session.
        package init(participant: ParticipantSID, reason: Livekit_ReconnectReason) {
            self.participant = participant
            self.reason = reason
        }
    }

    /// Name of the client library as servers know it: they choose workarounds by it.
    package var sdk: String
    /// Version of the client.
    package var version: String
    /// Whether the server subscribes this participant to everything.
    package var autoSubscribe: Bool
    /// The session to take up again, nil for a fresh join.
    package var resume: Resume?

    /// Describes a client that joins.
    package init(sdk: String, version: String, autoSubscribe: Bool, resume: Resume? = nil) {
        self.sdk = sdk
        self.version = version
        self.autoSubscribe = autoSubscribe
        self.resume = resume
    }

    /// The query string, percent-encoded, without its question mark.
    package var encoded: String {
        var items: [(String, String)] = [
            ("version", version), ("protocol", String(Self.protocolVersion)), ("sdk", sdk), ("os", "linux"),
            ("auto_subscribe", autoSubscribe ? "1" : "0"), ("adaptive_stream", "0"),
        ]
        if let resume {
            items.append(("reconnect", "1"))
            items.append(("sid", resume.participant.rawValue))
            items.append(("reconnect_reason", String(resume.reason.rawValue)))
        }
        return items.map { "\($0.0)=\(Self.percentEncoded($0.1))" }.joined(separator: "&")
    }

    /// Keeps the unreserved characters of RFC 3986 §2.3 and encodes every other byte.
    private static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.append(byte)
            default:
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
