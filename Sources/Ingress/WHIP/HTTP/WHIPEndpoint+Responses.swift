import NIOHTTP1

// The answers, and what can be said of requests without knowing sessions.
extension WHIPEndpoint {
    /// RFC 9725 §4.2: 201 with the answer, the session's URL and its ICE session.
    func created(_ made: Answer, location: String) -> WHIPResponse {
        var response = WHIPResponse(status: 201, body: Array(made.sdp.utf8))
        response.add("Content-Type", Self.offerType)
        response.add("Location", location)
        response.add("ETag", made.entityTag)
        response.add("Accept-Patch", Self.fragmentType)
        for server in configuration.iceServers { response.add("Link", server.link) }
        return response
    }

    static func response(to reply: WHIPResourceReply) -> WHIPResponse {
        switch reply {
        case .deleted: return WHIPResponse(status: 200)
        case .trickled: return WHIPResponse(status: 204)
        case .restarted(let fragment, let entityTag):
            var response = WHIPResponse(status: 200, body: Array(fragment.utf8))
            response.add("Content-Type", fragmentType)
            response.add("ETag", entityTag)
            return response
        }
    }

    static func patch(_ request: WHIPHTTPRequest) throws(WHIPRefusal) -> WHIPResourceRequest.Action {
        guard request.mediaType == fragmentType else {
            throw wrongType(request, right: fragmentType, header: "Accept-Patch")
        }
        guard let fragment = request.text else { throw .malformed("the fragment is not UTF-8") }
        let tags = request.headers["If-Match"]
        return .patch(fragment: fragment, ifMatch: tags.isEmpty ? nil : tags.joined(separator: ", "))
    }

    /// RFC 9725 §4.2 lets OPTIONS tell what an endpoint takes; pages of other origins ask before they send anything.
    static func options(_ request: WHIPHTTPRequest, isResource: Bool) -> WHIPResponse {
        var response = WHIPResponse(status: 204)
        let methods = isResource ? WHIPRoute.resourceMethods : WHIPRoute.endpointMethods
        response.add("Allow", methods)
        response.add("Access-Control-Allow-Methods", methods)
        // A wildcard would leave `Authorization` out (Fetch standard §3.2.3), so what was asked for is named.
        let asked = request.headers[canonicalForm: "Access-Control-Request-Headers"].joined(separator: ", ")
        response.add(
            "Access-Control-Allow-Headers",
            asked.isEmpty ? "Authorization, Content-Type, If-Match" : asked
        )
        response.add("Access-Control-Max-Age", "86400")
        response.add(isResource ? "Accept-Patch" : "Accept-Post", isResource ? fragmentType : offerType)
        return response
    }

    static func probe(_ answer: WHIPConfiguration.ProbeAnswer) -> WHIPResponse {
        .text(answer.isGood ? 200 : 503, answer.text)
    }

    static func wrongType(_ request: WHIPHTTPRequest, right: String, header: String) -> WHIPRefusal {
        let found = request.mediaType.map { String($0.prefix(64)) } ?? "no Content-Type"
        return WHIPRefusal(status: 415, message: "the body is \(found), not \(right)", headers: [header: right])
    }
}
