/// Everything a session's process has to know.
///
/// It has secrets in its token and may have some in its plan: it is never logged.
package struct SessionAssignment: Codable, Sendable, Hashable {
    /// What comes in and what is published of it.
    package var plan: IngressPlan
    /// The room server.
    package var url: String
    /// The participant's access token.
    package var token: String
    /// How long a source that was lost is waited for, at most; the worker says by itself when it has waited long enough.
    package var grace: Duration
    /// The networks that a pulled URL may lead to although they are not public, such as `10.0.0.0/8`.
    package var allowedNetworks: [String]

    /// A description by its parts.
    package init(
        plan: IngressPlan,
        url: String,
        token: String,
        grace: Duration,
        allowedNetworks: [String] = []
    ) {
        self.plan = plan
        self.url = url
        self.token = token
        self.grace = grace
        self.allowedNetworks = allowedNetworks
    }
}
