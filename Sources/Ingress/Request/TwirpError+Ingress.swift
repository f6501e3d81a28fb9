import LiveKitProtocol

extension TwirpError {
    /// A field is missing or wrong; the text goes on with what would be right.
    static func invalid(_ field: String, _ reason: String) -> TwirpError {
        TwirpError(.invalidArgument, "request has missing or invalid field: \(field) (\(reason))")
    }

    /// No ingress has that identifier or stream key.
    static let noIngress = TwirpError(.notFound, "ingress does not exist")

    /// Only ingresses that are published to can be changed.
    static let notReusable = TwirpError(.invalidArgument, "ingress is not reusable and cannot be modified")

    /// A report of a session that a newer one has followed.
    static let olderSession = TwirpError(
        .failedPrecondition,
        "trying to overwrite an ingress with an older version: a newer session of it has begun"
    )

    /// The ingress was switched off.
    static let disabled = TwirpError(.permissionDenied, "session is disabled: the ingress has enabled = false")
}
