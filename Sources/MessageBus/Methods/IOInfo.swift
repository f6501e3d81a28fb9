public import LiveKitProtocol
public import SwiftProtobuf

/// What room servers serve for workers: the state of every egress and ingress.
public enum IOInfo {
    /// The service's name on the bus.
    public static let service = "IOInfo"

    /// An egress begins; the same one twice is no error.
    public static let createEgress: RPCMethod<Livekit_EgressInfo, Google_Protobuf_Empty> = method("CreateEgress")
    /// The full state of an egress, which replaces the stored one.
    public static let updateEgress: RPCMethod<Livekit_EgressInfo, Google_Protobuf_Empty> = method("UpdateEgress")
    /// The stored state of an egress.
    public static let getEgress: RPCMethod<Rpc_GetEgressRequest, Livekit_EgressInfo> = method("GetEgress")
    /// The stored states by room or id.
    public static let listEgress: RPCMethod<Livekit_ListEgressRequest, Livekit_ListEgressResponse> =
        method("ListEgress")
    /// What an egress cost.
    public static let updateMetrics: RPCMethod<Rpc_UpdateMetricsRequest, Google_Protobuf_Empty> =
        method("UpdateMetrics")
    /// A worker took an ingress that nobody created before.
    public static let createIngress: RPCMethod<Livekit_IngressInfo, Rpc_CreateIngressResponse> =
        method("CreateIngress")
    /// The ingress of an id or a stream key.
    public static let getIngressInfo: RPCMethod<Rpc_GetIngressInfoRequest, Rpc_GetIngressInfoResponse> =
        method("GetIngressInfo")
    /// The state of an ingress.
    public static let updateIngressState: RPCMethod<Rpc_UpdateIngressStateRequest, Google_Protobuf_Empty> =
        method("UpdateIngressState")

    private static func method<Request, Response>(_ name: String) -> RPCMethod<Request, Response> {
        RPCMethod(service, name, needsClaim: true, isQueue: true)
    }
}
