import FoundationEssentials

/// The JSON text in which a trickled ICE candidate travels: the browser's `RTCIceCandidateInit`.
package struct TrickledCandidate: Sendable, Hashable, Codable {
    /// Longest JSON text that is looked at; a candidate takes about 200 bytes.
    package static let maximumLength = 4096

    /// The candidate line, `candidate:…`; empty marks the end of candidates.
    package var candidate: String
    /// Which media section the candidate belongs to.
    package var sdpMid: String?
    /// Position of that media section.
    package var sdpMLineIndex: Int?
    /// The ICE generation the candidate belongs to.
    package var usernameFragment: String?

    /// Makes a candidate for the first media section, which carries the whole bundle.
    package init(candidate: String, sdpMid: String, sdpMLineIndex: Int = 0) {
        self.candidate = candidate
        self.sdpMid = sdpMid
        self.sdpMLineIndex = sdpMLineIndex
    }

    /// Parses the JSON text of a `trickle` message; nil if it is none, or too long to be one.
    package init?(json: String) {
        guard json.utf8.count <= Self.maximumLength,
            let value = try? JSONDecoder().decode(Self.self, from: Data(json.utf8))
        else { return nil }
        self = value
    }

    /// The JSON text of a `trickle` message.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { preconditionFailure("strings always encode as JSON") }
        return String(decoding: data, as: UTF8.self)
    }
}
