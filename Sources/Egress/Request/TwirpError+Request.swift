import LiveKitProtocol

extension TwirpError {
    /// A field is missing or wrong; the text begins as LiveKit's does and goes on with what would be right.
    static func invalid(_ field: String, _ reason: String) -> TwirpError {
        TwirpError(.invalidArgument, "request has missing or invalid field: \(field) (\(reason))")
    }

    /// Something LiveKit has and Sluice does not have yet.
    static func unsupported(_ feature: String) -> TwirpError {
        TwirpError(.unimplemented, "\(feature) is not yet supported")
    }

    /// Something that only a web page could do.
    static func needsBrowser(_ feature: String) -> TwirpError {
        TwirpError(
            .unimplemented,
            "\(feature) is not yet supported: it needs a browser, and pictures are drawn without one here;"
                + " use a stock layout"
        )
    }

    /// A codec that was asked for does not go into a container.
    static func incompatible(_ container: String, _ codec: String) -> TwirpError {
        TwirpError(.invalidArgument, "format \(container) incompatible with codec \(codec)")
    }
}
