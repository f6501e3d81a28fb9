import LiveKitProtocol
import Logging
import MediaWire
import PeerTransport
import RoomServer
import Signaling
import Testing

/// A client's signalling connection that keeps what it is sent, and holds it to what clients survive.
final class RecordingConnection: SignalConnection {
    private(set) var responses: [Livekit_SignalResponse] = []
    private(set) var isClosed = false

    func send(_ response: Livekit_SignalResponse) {
        #expect(ResponseHazard(in: response) == nil)
        #expect(!isClosed)
        responses.append(response)
    }

    func close() { isClosed = true }

    var joins: [Livekit_JoinResponse] {
        responses.compactMap { if case .join(let join) = $0.message { join } else { nil } }
    }

    var leaves: [Livekit_LeaveRequest] {
        responses.compactMap { if case .leave(let leave) = $0.message { leave } else { nil } }
    }

    var updates: [Livekit_ParticipantInfo] {
        responses.flatMap { response -> [Livekit_ParticipantInfo] in
            if case .update(let update) = response.message { update.participants } else { [] }
        }
    }

    var outcomes: [Livekit_RequestResponse] {
        responses.compactMap { if case .requestResponse(let outcome) = $0.message { outcome } else { nil } }
    }

    func forget() { responses = [] }
}

/// Rooms in virtual time.
struct RoomFixture {
    let environment: VirtualEnvironment
    let core: RoomCore

    init(_ adjust: (inout RoomCoreConfiguration) -> Void = { _ in }) throws {
        environment = try VirtualEnvironment()
        var configuration = RoomCoreConfiguration(keys: ["key": "a secret of thirty-two characters"])
        adjust(&configuration)
        core = RoomCore(
            configuration: configuration,
            environment: environment,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    static func parameters(
        _ identity: String,
        room: String = "room",
        single: Bool = true,
        grant adjust: (inout VideoGrant) -> Void = { _ in }
    ) -> JoinParameters {
        var claims = ClaimGrants()
        claims.identity = identity
        var grant = VideoGrant.join(room)
        adjust(&grant)
        claims.video = grant
        var parameters = JoinParameters(claims: claims)
        parameters.usesSinglePeerConnection = single
        parameters.clientInfo.protocol = 17
        parameters.clientInfo.sdk = .python
        return parameters
    }

    /// Joins and returns the session with its connection.
    func join(_ parameters: JoinParameters) throws -> (session: SignalSession, connection: RecordingConnection) {
        let connection = RecordingConnection()
        return (try core.join(parameters, connection: connection).get(), connection)
    }

    func join(_ identity: String) throws -> (session: SignalSession, connection: RecordingConnection) {
        try join(Self.parameters(identity))
    }

    /// Reports that a participant's only connection is up.
    func connect(_ connection: RecordingConnection) throws {
        let sid = try #require(connection.joins.first?.participant.sid)
        let listener = environment.listeners["\(sid)/single"] ?? environment.listeners["\(sid)/subscriber"]
        let report = try #require(listener)
        report(.connectionState(.connected))
    }
}
