import FoundationEssentials
import LiveKitProtocol
import NIOHTTP1

extension JoinParameters {
    /// The longest `attributes` of a query, in characters: LiveKit's limit of 64 KiB for attributes, in Base64.
    private static let longestAttributes = 96 * 1024

    /// Reads a request to `/rtc`, `/rtc/v1` or their `validate`.
    ///
    /// What matters is whether there is a `join_request`, not the path; only `/rtc/v1` insists on one.
    init(_ request: HTTPRequest, claims: ClaimGrants, requiresJoinRequest: Bool) throws(JoinFailure) {
        self.init(claims: claims)
        if let joinRequest = request.query["join_request"], !joinRequest.isEmpty {
            apply(try JoinRequestDecoder.decode(joinRequest))
        } else if requiresJoinRequest {
            throw JoinFailure(httpStatus: 400, message: "join_request is required")
        } else {
            try apply(request.query)
        }
        clientInfo.address = request.clientAddress
    }

    private mutating func apply(_ request: Livekit_JoinRequest) {
        usesSinglePeerConnection = true
        clientInfo = request.clientInfo
        let settings = request.connectionSettings
        // False has a meaning of its own here: a client that says nothing subscribes by hand.
        autoSubscribe = settings.autoSubscribe
        adaptiveStream = settings.adaptiveStream
        subscriberAllowPause = settings.hasSubscriberAllowPause ? settings.subscriberAllowPause : nil
        isReconnect = request.reconnect
        reconnectReason = request.reconnectReason
        participantSID = request.participantSid
        metadata = request.metadata.isEmpty ? nil : request.metadata
        attributes = request.participantAttributes
        addTrackRequests = request.addTrackRequests
        publisherOffer = request.hasPublisherOffer ? request.publisherOffer : nil
        syncState = request.hasSyncState ? request.syncState : nil
    }

    private mutating func apply(_ query: Query) throws(JoinFailure) {
        clientInfo = Livekit_ClientInfo(query)
        autoSubscribe = query.flag("auto_subscribe", default: true)
        adaptiveStream = query.flag("adaptive_stream", default: false)
        subscriberAllowPause = query["subscriber_allow_pause"].map { _ in
            query.flag("subscriber_allow_pause", default: false)
        }
        isReconnect = query.flag("reconnect", default: false)
        reconnectReason =
            query.integer("reconnect_reason")
            .flatMap { Livekit_ReconnectReason(rawValue: Int($0)) } ?? .rrUnknown
        participantSID = query["sid"] ?? ""
        publishCompanion = query["publish"] ?? ""
        if let text = query["attributes"], !text.isEmpty { attributes = try Self.attributes(text) }
    }

    private static func attributes(_ text: String) throws(JoinFailure) -> [String: String] {
        guard text.utf8.count <= longestAttributes,
            let json = Base64URL.decode(text),
            let attributes = try? JSONDecoder().decode([String: String].self, from: Data(json))
        else { throw JoinFailure(httpStatus: 400, message: "cannot decode attributes") }
        return attributes
    }
}
