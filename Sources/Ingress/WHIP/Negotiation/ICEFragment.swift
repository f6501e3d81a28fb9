import MediaWire

/// An SDP fragment with ICE information (RFC 8840 §4.4, RFC 9725 §4.3): a body of `application/trickle-ice-sdpfrag`.
struct ICEFragment: Sendable, Hashable {
    /// The fragment's credentials, where it has both; the same for the whole bundle.
    struct Credentials: Sendable, Hashable {
        var ufrag: String
        var password: String
    }

    /// Why a text is no fragment, and on which line; a line's contents are not in it, since they may be a password.
    struct Fault: Error, Hashable, CustomStringConvertible {
        /// Counted from 1; 0 for the text as a whole.
        var line: Int
        var reason: String

        var description: String { line == 0 ? reason : "line \(line): \(reason)" }
    }

    var credentials: Credentials?
    var candidates: [ICECandidate] = []
    /// The sections it names.
    var mids: [String] = []
    var isEndOfCandidates = false

    /// The fragment of an answer to a restart.
    ///
    /// All is in the first section of the bundle, whose transport the others share. The payload type in its `m=` line
    /// means nothing (RFC 8840 §4.4).
    func serialized(bundle: [String], mediaType: String) -> String {
        var lines = ["a=ice-options:trickle", "a=group:BUNDLE " + bundle.joined(separator: " ")]
        lines.append(mediaType == "application" ? "m=application 9 UDP/DTLS/SCTP 0" : "m=\(mediaType) 9 RTP/AVP 0")
        lines += mids.prefix(1).map { "a=mid:\($0)" }
        if let credentials {
            lines += ["a=ice-ufrag:\(credentials.ufrag)", "a=ice-pwd:\(credentials.password)"]
        }
        lines += candidates.map { "a=\($0.serialized())" }
        if isEndOfCandidates { lines.append("a=end-of-candidates") }
        return lines.map { $0 + "\r\n" }.joined()
    }
}
