/// Decides who may publish.
package protocol WHIPGate: Sendable {
    /// Judges an offer, which is sound by itself.
    ///
    /// Fails with the answer to send. What is admitted and then cannot be connected ends its destination.
    func admit(_ request: WHIPRequest) async throws(WHIPRefusal) -> WHIPAdmission

    /// Takes a request about a session of another worker to it; nil if there is no such session anywhere.
    ///
    /// Behind a load balancer, PATCH and DELETE may arrive at another worker than the offer did.
    func passOn(_ request: WHIPResourceRequest) async throws(WHIPRefusal) -> WHIPResourceReply?
}

extension WHIPGate {
    /// There are no other workers.
    package func passOn(_ request: WHIPResourceRequest) async throws(WHIPRefusal) -> WHIPResourceReply? { nil }
}
