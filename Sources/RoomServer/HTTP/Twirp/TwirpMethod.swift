import LiveKitProtocol
import NIOCore
import SwiftProtobuf

/// One call, before its request is read.
struct TwirpCall {
    /// How request and answer are written.
    var coding: TwirpCoding
    /// The request.
    var body: [UInt8]
    /// What the caller's token grants.
    var claims: ClaimGrants
}

/// A method of a server API.
protocol TwirpMethod: Sendable {
    /// Carries a call out.
    func perform(_ call: TwirpCall, on loop: any EventLoop) throws(TwirpError) -> EdgeRouter.Outcome
}

/// A method done at once.
struct SynchronousMethod<Request: Message, Response: Message>: TwirpMethod {
    var isAllowed: @Sendable (ClaimGrants, Request) -> Bool
    var handler: @Sendable (Request) throws(TwirpError) -> Response

    func perform(_ call: TwirpCall, on loop: any EventLoop) throws(TwirpError) -> EdgeRouter.Outcome {
        let request: Request = try call.coding.decode(call.body)
        guard isAllowed(call.claims, request) else { throw .permissionsDenied }
        return .answer(try call.coding.response(handler(request)))
    }
}

/// A method that may take its time.
struct AsynchronousMethod<Request: Message, Response: Message>: TwirpMethod {
    var isAllowed: @Sendable (ClaimGrants, Request) -> Bool
    var handler: @Sendable (Request) async throws(TwirpError) -> Response

    func perform(_ call: TwirpCall, on loop: any EventLoop) throws(TwirpError) -> EdgeRouter.Outcome {
        let request: Request = try call.coding.decode(call.body)
        guard isAllowed(call.claims, request) else { throw .permissionsDenied }
        let coding = call.coding
        // A task of its own: the handler must not hold up the event loop, and the connection waits for nothing else.
        return .pending(
            loop.makeFutureWithTask {
                do throws(TwirpError) {
                    return try coding.response(try await handler(request))
                } catch {
                    return .error(error)
                }
            }
        )
    }
}
