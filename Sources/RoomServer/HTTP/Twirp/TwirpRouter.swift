public import LiveKitProtocol
import NIOCore
import NIOHTTP1
public import SwiftProtobuf

/// The server APIs: finds the method a request names, checks that its caller may call it, and calls it.
///
/// Twirp is one `POST` per call, to `/twirp/<package>.<Service>/<Method>`, with the request as Protobuf or JSON and the
/// answer in the same.
public struct TwirpRouter: Sendable {
    /// What paths of calls begin with.
    static let prefix = "/twirp/"

    private var methods: [String: any TwirpMethod] = [:]

    /// No methods yet.
    public init() {}

    /// Adds a method that may take its time.
    ///
    /// `isAllowed` sees who calls and what they ask for; when it says no, the handler never runs.
    public mutating func register<Request: Message, Response: Message>(
        service: String,
        method: String,
        isAllowed: @escaping @Sendable (ClaimGrants, Request) -> Bool,
        handler: @escaping @Sendable (Request) async throws(TwirpError) -> Response
    ) {
        add(AsynchronousMethod(isAllowed: isAllowed, handler: handler), service: service, method: method)
    }

    /// Adds a method that is done at once, on the event loop of the rooms.
    mutating func registerOnLoop<Request: Message, Response: Message>(
        service: String,
        method: String,
        isAllowed: @escaping @Sendable (ClaimGrants, Request) -> Bool,
        handler: @escaping @Sendable (Request) throws(TwirpError) -> Response
    ) {
        add(SynchronousMethod(isAllowed: isAllowed, handler: handler), service: service, method: method)
    }

    /// These methods and those of another router.
    public func merging(_ other: TwirpRouter) -> TwirpRouter {
        var merged = self
        merged.methods.merge(other.methods) { _, _ in preconditionFailure("a method is registered twice") }
        return merged
    }

    private mutating func add(_ handler: any TwirpMethod, service: String, method: String) {
        let path = "\(Self.prefix)\(service)/\(method)"
        precondition(methods.updateValue(handler, forKey: path) == nil, "\(path) is registered twice")
    }

    /// Answers a call.
    func handle(_ request: HTTPRequest, claims: ClaimGrants?, on loop: any EventLoop) -> EdgeRouter.Outcome {
        do throws(TwirpError) {
            guard request.method == .POST else {
                throw TwirpError(.badRoute, "unsupported method \"\(request.method.rawValue)\" (only POST is allowed)")
            }
            guard let method = methods[request.path] else {
                throw TwirpError(.badRoute, "no handler for path \"\(request.path)\"")
            }
            let coding = try TwirpCoding(contentType: request.headers.first(name: "Content-Type"))
            // Nobody without a token gets anything parsed.
            guard let claims else { throw .permissionsDenied }
            let call = TwirpCall(coding: coding, body: Array(request.body.readableBytesView), claims: claims)
            return try method.perform(call, on: loop)
        } catch {
            return .answer(.error(error))
        }
    }
}

extension TwirpError {
    /// What a caller gets who lacks the grant for a method, in LiveKit's words.
    static let permissionsDenied = TwirpError(.unauthenticated, "permissions denied")
}
