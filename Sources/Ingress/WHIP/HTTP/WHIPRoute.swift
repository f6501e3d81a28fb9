import NIOHTTP1

/// What a request means, by its method and path alone.
///
///     POST            /<any app>            the key is in Authorization
///     POST            /<any app>/KEY
///     PATCH, DELETE   /<any app>/WH_…           the key is in Authorization
///     PATCH, DELETE   /<any app>/WH_…/SECRET
///
/// **Whose session.** A publisher that showed its key in `Authorization` shows it in every request (RFC 9725 §4.7.1),
/// so its session's URL needs no secret, and has none. One that had the key in the path sends no such header (OBS,
/// GStreamer and browsers alike have then none to send): RFC 9725 §4.7.1 lets the session's URL itself carry what
/// authorizes. It gets a secret of its own there, not the key: URLs reach logs of proxies, and a session's secret is
/// worth nothing once the session is over.
enum WHIPRoute: Sendable, Hashable {
    /// A publisher offers.
    case publish(application: String, key: WHIPStreamKey, keyIsInPath: Bool)
    /// Something is asked of a session.
    case resource(id: String, credential: WHIPStreamKey?, isDelete: Bool)
    /// What may be asked of an endpoint or a session.
    case options(isResource: Bool)
    case health
    case availability
    /// Refused, and why.
    case refused(WHIPRefusal)

    /// What session identifiers begin with.
    static let resourcePrefix = "WH_"
    /// Methods of an endpoint and of a session.
    static let endpointMethods = "OPTIONS, POST"
    static let resourceMethods = "OPTIONS, PATCH, DELETE"

    init(_ request: WHIPHTTPRequest) {
        let parts = request.components
        let isReading = request.method == .GET || request.method == .HEAD
        switch parts.count {
        case 0 where isReading: self = .health
        case 1 where isReading && parts[0] == "health": self = .health
        case 1 where isReading && parts[0] == "availability": self = .availability
        case 2, 3:
            self =
                parts[1].hasPrefix(Self.resourcePrefix)
                ? Self.resource(request, id: parts[1], secret: parts.count == 3 ? parts[2] : nil)
                : parts.count == 2 ? Self.endpoint(request, application: parts[0], key: parts[1]) : Self.nothing
        case 1: self = Self.endpoint(request, application: parts[0], key: nil)
        case 0 where request.method == .OPTIONS: self = .options(isResource: false)
        default: self = Self.nothing
        }
    }

    private static let nothing = WHIPRoute.refused(
        WHIPRefusal(status: 404, message: "nothing is here: offers go by POST to /<app> or /<app>/<stream key>")
    )

    /// RFC 9725 §4.2: GET, HEAD and PUT are reserved.
    private static func endpoint(_ request: WHIPHTTPRequest, application: String, key: String?) -> WHIPRoute {
        switch request.method {
        case .OPTIONS: return .options(isResource: false)
        case .POST:
            guard let shown = key ?? request.bearer else { return .refused(.missingKey) }
            guard let shown = WHIPStreamKey(shown) else { return .refused(.unknownKey) }
            return .publish(application: application, key: shown, keyIsInPath: key != nil)
        default: return .refused(notAllowed(request.method, allowed: endpointMethods))
        }
    }

    private static func resource(_ request: WHIPHTTPRequest, id: String, secret: String?) -> WHIPRoute {
        let credential = (secret ?? request.bearer).flatMap { WHIPStreamKey($0) }
        switch request.method {
        case .OPTIONS: return .options(isResource: true)
        case .DELETE: return .resource(id: id, credential: credential, isDelete: true)
        case .PATCH: return .resource(id: id, credential: credential, isDelete: false)
        default: return .refused(notAllowed(request.method, allowed: resourceMethods))
        }
    }

    private static func notAllowed(_ method: HTTPMethod, allowed: String) -> WHIPRefusal {
        WHIPRefusal(
            status: 405,
            message: "\(method.rawValue.prefix(16)) means nothing here; \(allowed) do",
            headers: ["Allow": allowed]
        )
    }
}
