public import LiveKitProtocol
public import SwiftProtobuf

/// What ingress workers serve.
public enum IngressInternal {
    /// The service's name on the bus.
    public static let service = "IngressInternal"

    /// Starts pulling a URL, on a worker with room for it.
    public static let startIngress = RPCMethod<Rpc_StartIngressRequest, Livekit_IngressInfo>(
        service,
        "StartIngress",
        hasAffinity: true,
        needsClaim: true
    )

    /// The sessions of each worker.
    public static let listActiveIngress = RPCMethod<Rpc_ListActiveIngressRequest, Rpc_ListActiveIngressResponse>(
        service,
        "ListActiveIngress",
        isMulti: true
    )
}

/// What a worker serves for each of its sessions; the topic is the ingress id, for WHIP the resource id.
public enum IngressHandler {
    /// The service's name on the bus.
    public static let service = "IngressHandler"

    /// The ingress was changed while it runs.
    public static let updateIngress = RPCMethod<Livekit_UpdateIngressRequest, Livekit_IngressState>(
        service,
        "UpdateIngress",
        needsClaim: true,
        isQueue: true
    )

    /// The ingress was deleted while it runs.
    public static let deleteIngress = RPCMethod<Livekit_DeleteIngressRequest, Livekit_IngressState>(
        service,
        "DeleteIngress",
        needsClaim: true,
        isQueue: true
    )

    /// A WHIP session ends.
    public static let deleteWHIPResource = RPCMethod<Rpc_DeleteWHIPResourceRequest, Google_Protobuf_Empty>(
        service,
        "DeleteWHIPResource",
        needsClaim: true,
        isQueue: true
    )

    /// A WHIP session restarts ICE or trickles candidates.
    public static let iceRestartWHIPResource = RPCMethod<
        Rpc_ICERestartWHIPResourceRequest, Rpc_ICERestartWHIPResourceResponse
    >(service, "ICERestartWHIPResource", needsClaim: true, isQueue: true)

    /// The state of a WHIP session that a room server terminates; the topic is the participant's id.
    public static let whipRTCConnectionNotify = RPCMethod<
        Rpc_WHIPRTCConnectionNotifyRequest, Google_Protobuf_Empty
    >(service, "WHIPRTCConnectionNotify", isQueue: true)
}
