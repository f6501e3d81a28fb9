import AsyncHTTPClient
import FoundationEssentials
import LiveKitProtocol
import NIOCore
import NIOHTTP1
import SwiftProtobuf

/// Calls the server's APIs as any user's program would: over HTTP, with a token.
struct TwirpClient: Sendable {
    /// Largest answer read: lists of a demo are far smaller.
    private static let maximumAnswer = 1 << 20

    let url: String
    let keys: APIKeys.Pair
    let http: HTTPClient

    /// Calls a method and decodes its answer; refusals come as `TwirpError`.
    func call<Request: Message, Response: Message>(
        _ method: String,
        _ message: Request,
        grant: VideoGrant,
        returning: Response.Type = Response.self
    ) async throws -> Response {
        var grants = ClaimGrants()
        grants.video = grant
        let token = AccessToken(grants: grants, timeToLive: 60).signed(with: keys)
        var request = HTTPClientRequest(url: "\(url)/twirp/livekit.\(method)")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/protobuf")
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        request.body = .bytes(ByteBuffer(bytes: try message.serializedBytes() as [UInt8]))
        let response = try await http.execute(request, timeout: .seconds(15))
        let body = try await response.body.collect(upTo: Self.maximumAnswer)
        let bytes = Array(body.readableBytesView)
        guard response.status == .ok else {
            throw TwirpError(jsonBody: bytes) ?? TwirpError(.unknown, "\(method) answered \(response.status.code)")
        }
        return try Response(serializedBytes: bytes)
    }
}
