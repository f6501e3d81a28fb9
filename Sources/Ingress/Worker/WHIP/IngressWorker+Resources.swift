import LiveKitProtocol
import MessageBus
import SwiftProtobuf
import Synchronization

// MARK: - Requests about WHIP sessions, which may arrive at another worker than the one that has the session

extension IngressWorker {
    /// Serves the topics of a WHIP resource: what its publisher asked another worker.
    func registerResource(_ resource: String) async throws(IngressRefusal) -> [RPCRegistration] {
        do throws(BusError) {
            let delete = try await handlers.register(IngressHandler.deleteWHIPResource, topic: resource) {
                [self] (request: Rpc_DeleteWHIPResourceRequest) throws(RPCError) in
                _ = try await answer(resource, key: request.streamKey, .delete)
                return Google_Protobuf_Empty()
            }
            do throws(BusError) {
                let restart = try await handlers.register(IngressHandler.iceRestartWHIPResource, topic: resource) {
                    [self] (request: Rpc_ICERestartWHIPResourceRequest) throws(RPCError) in
                    let action = WHIPResourceRequest.Action.patch(
                        fragment: request.fragment,
                        ifMatch: request.ifMatch.isEmpty ? nil : request.ifMatch
                    )
                    return Rpc_ICERestartWHIPResourceResponse(
                        try await answer(resource, key: request.streamKey, action)
                    )
                }
                return [delete, restart]
            } catch {
                await delete.close()
                throw error
            }
        } catch {
            throw .unavailable
        }
    }

    private func answer(
        _ resource: String,
        key: String,
        _ action: WHIPResourceRequest.Action
    ) async throws(RPCError) -> WHIPResourceReply {
        guard let listener = doors.withLock({ $0.whip }) else { throw RPCError(.unavailable, "server shutting down") }
        let request = WHIPResourceRequest(
            resourceID: resource,
            credential: WHIPStreamKey(key),
            action: action
        )
        do throws(WHIPRefusal) {
            guard let reply = try await listener.handle(request) else {
                throw WHIPRefusal.noResource
            }
            return reply
        } catch {
            throw RPCError(error)
        }
    }

    /// Asks the worker that has the session; nil if none has.
    func passOn(_ request: WHIPResourceRequest) async throws(WHIPRefusal) -> WHIPResourceReply? {
        let key = request.credential?.rawValue ?? ""
        let options = CallOptions(timeout: Self.passingTimeout)
        do throws(RPCError) {
            switch request.action {
            case .delete:
                var message = Rpc_DeleteWHIPResourceRequest()
                message.resourceID = request.resourceID
                message.streamKey = key
                let method = IngressHandler.deleteWHIPResource
                _ = try await colleagues.call(method, topic: request.resourceID, message, options: options)
                return .deleted
            case .patch(let fragment, let ifMatch):
                var message = Rpc_ICERestartWHIPResourceRequest()
                message.resourceID = request.resourceID
                message.streamKey = key
                message.rawTrickleIceSdpfrag = fragment
                message.ifMatch = ifMatch ?? ""
                let method = IngressHandler.iceRestartWHIPResource
                let answer = try await colleagues.call(method, topic: request.resourceID, message, options: options)
                if answer.trickleIceSdpfrag.isEmpty { return .trickled }
                return .restarted(fragment: answer.trickleIceSdpfrag, entityTag: answer.etag)
            }
        } catch {
            if error == .noResponse { return nil }
            throw WHIPRefusal(status: error.httpStatus, message: error.message)
        }
    }

    /// LiveKit's value.
    private static let passingTimeout = Duration.seconds(5)
}

extension Rpc_ICERestartWHIPResourceRequest {
    /// The fragment as it was sent, or made of its parts by a worker that has taken it apart.
    fileprivate var fragment: String {
        guard rawTrickleIceSdpfrag.isEmpty else { return rawTrickleIceSdpfrag }
        let lines = ["a=ice-ufrag:\(userFragment)", "a=ice-pwd:\(password)"] + candidates.map { "a=\($0)" }
        return lines.joined(separator: "\r\n") + "\r\n"
    }
}

extension Rpc_ICERestartWHIPResourceResponse {
    fileprivate init(_ reply: WHIPResourceReply) {
        self.init()
        if case .restarted(let fragment, let tag) = reply {
            trickleIceSdpfrag = fragment
            etag = tag
        }
    }
}

extension RPCError {
    /// The same refusal over the bus.
    fileprivate init(_ refusal: WHIPRefusal) {
        let code: RPCErrorCode =
            switch refusal.status {
            case 400: .invalidArgument
            case 401: .unauthenticated
            case 403: .permissionDenied
            case 404: .notFound
            case 406: .notAcceptable
            case 412: .failedPrecondition
            case 422: .unprocessableEntity
            case 429: .resourceExhausted
            case 503: .unavailable
            default: .internal
            }
        self.init(code, refusal.message)
    }
}
