public import SwiftProtobuf

/// A method of a service on the bus: its name, its messages, and how its servers are found.
public struct RPCMethod<Request: Message & Sendable, Response: Message & Sendable>: Sendable {
    /// The service, such as `EgressInternal`.
    public let service: String
    /// The method, such as `StartEgress`.
    public let name: String
    /// Whether servers say how well a call suits them, and the client takes its time to choose.
    public let hasAffinity: Bool
    /// Whether every server answers.
    public let isMulti: Bool
    /// Whether servers offer to take a call and the client chooses one of them.
    public let needsClaim: Bool
    /// Whether servers share out the requests by a lock before anything else.
    public let isQueue: Bool

    /// A method.
    public init(
        _ service: String,
        _ name: String,
        hasAffinity: Bool = false,
        isMulti: Bool = false,
        needsClaim: Bool = false,
        isQueue: Bool = false
    ) {
        self.service = service
        self.name = name
        self.hasAffinity = hasAffinity
        self.isMulti = isMulti
        self.needsClaim = needsClaim
        self.isQueue = isQueue
    }

    /// How a client chooses a server if the call does not say.
    var defaultSelection: Selection { hasAffinity ? .best : .first }

    func requestChannel(_ topic: String) -> String {
        ChannelName.request(service: service, method: name, topic: topic)
    }

    func claimAnswerChannel(_ topic: String) -> String {
        ChannelName.claimAnswer(service: service, method: name, topic: topic)
    }
}
