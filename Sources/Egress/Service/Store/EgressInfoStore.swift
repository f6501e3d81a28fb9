public import LiveKitProtocol

/// What is known of every egress, running and ended, where it outlives this process.
public protocol EgressInfoStore: Sendable {
    /// Stores a new egress; false if there is one with its identifier already, which stays as it is.
    func create(_ info: Livekit_EgressInfo) async throws(EgressStoreError) -> Bool
    /// Replaces what is stored by what `change` makes of it, as one step; nil leaves it.
    ///
    /// `change` may be called again when somebody else has changed the egress meanwhile.
    ///
    /// - Returns: what was stored, if anything was.
    @discardableResult
    func update(
        _ id: String,
        _ change: @Sendable (Livekit_EgressInfo?) -> Livekit_EgressInfo?
    ) async throws(EgressStoreError) -> Livekit_EgressInfo?
    /// The egress with this identifier.
    func info(of id: String) async throws(EgressStoreError) -> Livekit_EgressInfo?
    /// Every egress, or those of a room; in no order.
    func list(room: String?) async throws(EgressStoreError) -> [Livekit_EgressInfo]
    /// Forgets what ended before a time, Unix nanoseconds.
    func forget(endedBefore time: Int64) async throws(EgressStoreError)
}

/// The store could not do something.
public struct EgressStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong.
    public var description: String

    /// An error.
    public init(_ description: String) { self.description = description }
}
