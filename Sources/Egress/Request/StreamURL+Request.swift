import LiveKitProtocol

extension StreamURL {
    /// What carries a stream, as requests name it.
    enum Kind: String, Hashable {
        case rtmp, srt
        case webSocket = "websocket"
    }

    /// A URL of a request.
    ///
    /// - Throws: `invalid_argument`, with nothing secret of the URL.
    init(requested text: String) throws(TwirpError) {
        do throws(JobFailure) {
            try self.init(text)
        } catch {
            throw TwirpError(.invalidArgument, error.text)
        }
    }

    /// What carries it.
    var kind: Kind {
        switch transport {
        case .rtmp?: .rtmp
        case .srt?: .srt
        case nil: .webSocket
        }
    }

    /// LiveKit's error for a URL that is none for its purpose, with its secrets left out.
    func refused(_ reason: String) -> TwirpError {
        TwirpError(.invalidArgument, "invalid url \(redacted): \(reason)")
    }
}
