import LiveKitProtocol

extension IngressLedger {
    /// The most ingresses in one answer; the rest is on further pages.
    static let pageSize = 1000

    /// The ingresses that match a request, by identifier, a page at a time.
    ///
    /// A page token is the last identifier of the page before: what is created or deleted meanwhile moves nothing else.
    func list(
        _ request: Livekit_ListIngressRequest,
        pageSize: Int = IngressLedger.pageSize
    ) async throws(TwirpError) -> Livekit_ListIngressResponse {
        let last = request.pageToken.token
        try IngressLimits.check(last, "page_token", IngressLimits.maximumKey)
        try IngressLimits.check(request.ingressID, "ingress_id", IngressLimits.maximumKey)
        guard last.isEmpty || last.hasPrefix(IngressID.prefix) else {
            throw .invalid("page_token", "it is none that was given out")
        }
        var infos = try await all(room: request.roomName.isEmpty ? nil : request.roomName)
        infos.removeAll { info in
            (!request.ingressID.isEmpty && info.ingressID != request.ingressID)
                || (!request.roomName.isEmpty && info.roomName != request.roomName)
                || info.ingressID <= last
        }
        infos.sort { $0.ingressID < $1.ingressID }
        var response = Livekit_ListIngressResponse()
        response.items = Array(infos.prefix(pageSize))
        if infos.count > pageSize, let last = response.items.last { response.nextPageToken.token = last.ingressID }
        return response
    }
}
