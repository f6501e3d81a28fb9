/// Why a worker ends a session.
package enum IngressStopReason: String, Sendable, Hashable, Codable, CaseIterable {
    /// Somebody asked for it.
    case requested
    /// The ingress was deleted or changed.
    case deleted
    /// The worker shuts down.
    case shuttingDown
    /// Another session of the same ingress takes over.
    case replaced
}
