public import LiveKitProtocol

/// What is known of every ingress, with its stream key and its state, where it outlives this process.
public protocol IngressStore: Sendable {
    /// Stores a new ingress; false if there is one with its identifier already, which stays as it is.
    func create(_ info: Livekit_IngressInfo) async throws(IngressStoreError) -> Bool
    /// Replaces what is stored by what `change` makes of it, as one step; nil leaves it.
    ///
    /// `change` may be called again when somebody else has changed the ingress meanwhile. It leaves identifier and stream key.
    ///
    /// - Returns: what was stored, if anything was; nothing is if there is no such ingress.
    @discardableResult
    func update(
        _ id: String,
        _ change: @Sendable (Livekit_IngressInfo) -> Livekit_IngressInfo?
    ) async throws(IngressStoreError) -> Livekit_IngressInfo?
    /// Forgets an ingress and its stream key.
    ///
    /// - Returns: what it was at the end; nil if there was none.
    func delete(_ id: String) async throws(IngressStoreError) -> Livekit_IngressInfo?
    /// The ingress with this identifier.
    func info(of id: String) async throws(IngressStoreError) -> Livekit_IngressInfo?
    /// The ingress that this stream key publishes to.
    func info(streamKey: String) async throws(IngressStoreError) -> Livekit_IngressInfo?
    /// Every ingress, or those of a room; in no order.
    func list(room: String?) async throws(IngressStoreError) -> [Livekit_IngressInfo]
}

/// The store could not do something.
public struct IngressStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong; never a stream key.
    public var description: String

    /// An error.
    public init(_ description: String) { self.description = description }
}
