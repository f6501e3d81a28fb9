public import LiveKitProtocol

/// What egress workers serve.
public enum EgressInternal {
    /// The service's name on the bus.
    public static let service = "EgressInternal"

    /// Starts an egress on the worker it suits best.
    public static let startEgress = RPCMethod<Rpc_StartEgressRequest, Livekit_EgressInfo>(
        service,
        "StartEgress",
        hasAffinity: true,
        needsClaim: true
    )

    /// The ids of what each worker is running.
    public static let listActiveEgress = RPCMethod<Rpc_ListActiveEgressRequest, Rpc_ListActiveEgressResponse>(
        service,
        "ListActiveEgress",
        isMulti: true
    )
}

/// What a worker serves for each of its jobs; the topic is the egress id.
public enum EgressHandler {
    /// The service's name on the bus.
    public static let service = "EgressHandler"

    /// Adds and removes the URLs of a stream.
    public static let updateStream = RPCMethod<Livekit_UpdateStreamRequest, Livekit_EgressInfo>(
        service,
        "UpdateStream",
        needsClaim: true,
        isQueue: true
    )

    /// Ends an egress.
    public static let stopEgress = RPCMethod<Livekit_StopEgressRequest, Livekit_EgressInfo>(
        service,
        "StopEgress",
        needsClaim: true,
        isQueue: true
    )
}
