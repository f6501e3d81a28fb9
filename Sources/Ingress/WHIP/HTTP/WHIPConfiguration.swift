/// How WHIP is served.
package struct WHIPConfiguration: Sendable {
    /// A STUN or TURN server that publishers are told of (RFC 9725 §4.6).
    package struct ICEServer: Sendable, Hashable {
        /// `stun:…`, `turn:…` or `turns:…`.
        package var url: String
        /// User name for TURN.
        package var username: String?
        /// Password for TURN; told to admitted publishers, never logged.
        package var credential: String?

        /// A server by its parts.
        package init(url: String, username: String? = nil, credential: String? = nil) {
            self.url = url
            self.username = username
            self.credential = credential
        }

        /// The value of a `Link` header.
        var link: String {
            var link = "<\(url)>; rel=\"ice-server\""
            if let username { link += "; username=\"\(Self.quoted(username))\"" }
            if let credential { link += "; credential=\"\(Self.quoted(credential))\"; credential-type=\"password\"" }
            return link
        }

        /// The contents of a quoted string (RFC 9110 §5.6.4); control characters, which it cannot hold, are left out.
        private static func quoted(_ text: String) -> String {
            var result = ""
            for scalar in text.unicodeScalars where scalar.value >= 0x20 && scalar.value != 0x7F {
                if scalar == "\"" || scalar == "\\" { result.append("\\") }
                result.unicodeScalars.append(scalar)
            }
            return result
        }
    }

    /// What GET of `/health` or `/availability` is answered.
    package struct ProbeAnswer: Sendable, Hashable {
        /// 200, or 503 for no.
        package var isGood: Bool
        /// The body.
        package var text: String

        /// An answer.
        package init(isGood: Bool, text: String) {
            self.isGood = isGood
            self.text = text
        }
    }

    /// The address to listen on.
    package var host: String
    /// The port; 0 lets the system choose.
    package var port: Int
    /// What clients may ask.
    package var limits = WHIPLimits()
    /// What sessions wait for.
    package var times = WHIPTimes()
    /// STUN and TURN servers for publishers.
    package var iceServers: [ICEServer] = []
    /// Answers GET of `/` and `/health`; called on an event loop, must not wait.
    package var health: @Sendable () -> ProbeAnswer = { ProbeAnswer(isGood: true, text: "Healthy") }
    /// Answers GET of `/availability`; called on an event loop, must not wait.
    package var availability: @Sendable () -> ProbeAnswer = { ProbeAnswer(isGood: true, text: "Available") }

    /// A configuration; 8080 is LiveKit's `whip_port`.
    package init(host: String = "0.0.0.0", port: Int = 8080) {
        self.host = host
        self.port = port
    }
}
