import LiveKitProtocol
import Logging
import MessageBus
import SwiftProtobuf
import Synchronization

@testable import Ingress

/// What room servers are to workers: it knows some ingresses, and keeps what it is told of them.
final class IngressKeeper: Sendable {
    private struct State {
        var ingresses: [String: Livekit_IngressInfo] = [:]
        var created: [String] = []
        var questions = 0
        var told: [(id: String, state: Livekit_IngressState)] = []
    }

    private let state = Mutex(State())
    private let news = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    init(_ bus: any Bus) async throws {
        let server = RPCServer(bus: bus, service: IOInfo.service, logger: quiet)
        _ = try await server.register(IOInfo.getIngressInfo) { [self] request throws(RPCError) in
            let known = state.withLock { state in
                state.questions += 1
                return state.ingresses[request.streamKey]
            }
            guard let info = known else {
                throw RPCError(.notFound, "ingress does not exist")
            }
            var response = Rpc_GetIngressInfoResponse()
            response.info = info
            return response
        }
        _ = try await server.register(IOInfo.createIngress) { [self] info throws(RPCError) in
            state.withLock { $0.created.append(info.ingressID) }
            return Rpc_CreateIngressResponse()
        }
        _ = try await server.register(IOInfo.updateIngressState) { [self] request throws(RPCError) in
            state.withLock { $0.told.append((request.ingressID, request.state)) }
            news.continuation.yield()
            return Google_Protobuf_Empty()
        }
    }

    /// How often it was asked whose a stream key is.
    var questions: Int { state.withLock { $0.questions } }
    var created: [String] { state.withLock { $0.created } }

    /// An ingress that can be published to with `key`.
    func add(_ key: String, _ change: (inout Livekit_IngressInfo) -> Void = { _ in }) {
        var info = Livekit_IngressInfo()
        info.ingressID = "IN_\(key)"
        info.streamKey = key
        info.inputType = .rtmpInput
        info.roomName = "room"
        info.participantIdentity = "publisher"
        info.reusable = true
        change(&info)
        state.withLock { $0.ingresses[key] = info }
    }

    /// The states an ingress was told to be in, without repetitions.
    func states(of id: String) -> [Livekit_IngressState] {
        state.withLock { $0.told.filter { $0.id == id }.map(\.state) }.reduce(into: []) { states, state in
            if states.last?.status != state.status { states.append(state) }
        }
    }

    /// Waits until the ingress has been told to be in `count` states; for one caller at a time.
    func states(_ count: Int, of id: String) async -> [Livekit_IngressState.Status] {
        while states(of: id).count < count {
            for await _ in news.stream { break }
        }
        return states(of: id).map(\.status)
    }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
