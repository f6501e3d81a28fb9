import LiveKitProtocol
import SwiftProtobuf

extension Internal_Request {
    /// The request of a call.
    init(
        _ message: some Message,
        id: String = RPCID.request(),
        client: String,
        sentAt: Int64 = UnixTime.now,
        timeout: Duration,
        isMulti: Bool
    ) {
        self.init()
        requestID = id
        clientID = client
        self.sentAt = sentAt
        expiry = UnixTime.after(timeout, unixNow: sentAt)
        multi = isMulti
        rawRequest = Envelope.serialize(message)
    }
}

extension Internal_Response {
    /// The answer of a server.
    init(
        _ result: Result<some Message, RPCError>,
        to request: String,
        server: String,
        sentAt: Int64 = UnixTime.now
    ) {
        self.init()
        requestID = request
        serverID = server
        self.sentAt = sentAt
        switch result {
        case .success(let message): rawResponse = Envelope.serialize(message)
        case .failure(let failure):
            code = failure.code.rawValue
            // Peers take an answer without an error text for a success.
            error = failure.message.isEmpty ? failure.code.rawValue : failure.message
        }
    }
}
