import MediaWire
import NIOHTTP1
import Testing

@testable import Ingress

@Suite struct WHIPRouteTests {
    private static func request(_ method: HTTPMethod, _ target: String, bearer: String? = nil) -> WHIPHTTPRequest {
        var headers = HTTPHeaders()
        if let bearer { headers.add(name: "Authorization", value: bearer) }
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: headers)
        return WHIPHTTPRequest(head: head, body: [], peerAddress: "192.0.2.1")
    }

    /// A request and its route in words.
    static let cases: [(HTTPMethod, String, String?, String)] = [
        (.POST, "/w", "Bearer KEY", "publish w KEY"),
        (.POST, "/w/", "Bearer KEY", "publish w KEY"),
        (.POST, "/w", "KEY", "publish w KEY"),
        (.POST, "/w", "bearer  KEY", "publish w KEY"),
        (.POST, "/w/KEY", nil, "publish w KEY in path"),
        (.POST, "/w/KEY?x=1", "Bearer OTHER", "publish w KEY in path"),
        (.POST, "/w", nil, "401"),
        (.POST, "/w", "Bearer ", "401"),
        (.POST, "/w", "Bearer a b", "404"),
        (.POST, "/", "Bearer KEY", "404"),
        (.POST, "/a/b/KEY", nil, "404"),
        (.POST, "/w/WH_1", "Bearer KEY", "405"),
        (.GET, "/w", nil, "405"),
        (.HEAD, "/w/KEY", nil, "405"),
        (.PUT, "/w", "Bearer KEY", "405"),
        (.GET, "/w/WH_1", "Bearer KEY", "405"),
        (.HEAD, "/w/WH_1/SECRET", nil, "405"),
        (.PUT, "/w/WH_1/SECRET", nil, "405"),
        (.DELETE, "/w", "Bearer KEY", "405"),
        (.DELETE, "/w/WH_1", "Bearer KEY", "delete WH_1 KEY"),
        (.DELETE, "/w/WH_1", nil, "delete WH_1 -"),
        (.DELETE, "/w/WH_1/SECRET", nil, "delete WH_1 SECRET"),
        (.DELETE, "/w/WH_1/SECRET", "Bearer KEY", "delete WH_1 SECRET"),
        (.PATCH, "/w/WH_1", "KEY", "patch WH_1 KEY"),
        (.OPTIONS, "/w", nil, "options"),
        (.OPTIONS, "/w/KEY", nil, "options"),
        (.OPTIONS, "/w/WH_1/SECRET", nil, "options of a session"),
        (.GET, "/", nil, "health"),
        (.GET, "/health", nil, "health"),
        (.HEAD, "/health", nil, "health"),
        (.GET, "/availability", nil, "availability"),
        (.GET, "/a/b/c/d", nil, "404"),
    ]

    @Test(arguments: cases) func `a request means what its method and path say`(
        _ method: HTTPMethod,
        _ target: String,
        _ bearer: String?,
        _ meaning: String
    ) {
        #expect(Self.words(WHIPRoute(Self.request(method, target, bearer: bearer))) == meaning)
    }

    private static func words(_ route: WHIPRoute) -> String {
        switch route {
        case .publish(let application, let key, let keyIsInPath):
            "publish \(application) \(key.rawValue)" + (keyIsInPath ? " in path" : "")
        case .resource(let id, let credential, let isDelete):
            "\(isDelete ? "delete" : "patch") \(id) \(credential?.rawValue ?? "-")"
        case .options(let isResource): isResource ? "options of a session" : "options"
        case .health: "health"
        case .availability: "availability"
        case .refused(let refusal): "\(refusal.status)"
        }
    }

    @Test func `a method that means nothing is answered with those that do`() {
        guard case .refused(let refusal) = WHIPRoute(Self.request(.GET, "/w/WH_1")) else {
            Issue.record("it was taken")
            return
        }
        #expect(refusal.headers["Allow"] == "OPTIONS, PATCH, DELETE")
    }

    @Test func `a stream key never prints`() throws {
        let key = try #require(WHIPStreamKey("sUpErSeCrEt1"))
        var dumped = ""
        dump(key, to: &dumped)
        dump([WHIPRoute.publish(application: "w", key: key, keyIsInPath: true)], to: &dumped)
        let printed =
            "\(key) \(String(reflecting: key)) \([key]) \(WHIPRoute.publish(application: "w", key: key, keyIsInPath: true))"
        #expect(!(printed + dumped).contains("sUpErSeCrEt1"))
        #expect(key.matches("sUpErSeCrEt1"))
        #expect(!key.matches("sUpErSeCrEt2"))
        #expect(!key.matches("sUpErSeCrEt"))
    }

    /// Who connects, what headers it sends, and the address that it answers for.
    static let origins: [(String, [(String, String)], String?)] = [
        ("8.8.4.4", [], "8.8.4.4"), ("::ffff:8.8.4.4", [], "8.8.4.4"), ("127.0.0.1", [], "127.0.0.1"), ("", [], nil),
        ("8.8.4.4", [("X-Forwarded-For", "9.9.9.9"), ("X-Real-IP", "9.9.9.9")], "8.8.4.4"),
        ("10.0.0.1", [("X-Forwarded-For", "1.1.1.1, 9.9.9.9")], "9.9.9.9"),
        ("10.0.0.1", [("X-Forwarded-For", "1.1.1.1"), ("X-Forwarded-For", "9.9.9.9")], "9.9.9.9"),
        ("fd00::1", [("X-Real-IP", "2001:4860::1")], "2001:4860::1"),
        ("10.0.0.1", [("X-Forwarded-For", "9.9.9.9, nonsense")], "10.0.0.1"),
    ]

    @Test(arguments: origins) func `a publisher answers for an address that it cannot choose`(
        _ peer: String,
        _ headers: [(String, String)],
        _ origin: String?
    ) {
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/w", headers: HTTPHeaders(headers))
        let request = WHIPHTTPRequest(head: head, body: [], peerAddress: peer)
        #expect(request.origin == origin.flatMap { IPAddress($0) })
    }

    @Test func `servers for ICE are told in Link headers`() {
        let turn = WHIPConfiguration.ICEServer(
            url: "turn:turn.example.net?transport=udp",
            username: "a\"b",
            credential: "c"
        )
        #expect(
            WHIPConfiguration.ICEServer(url: "stun:s.example.net").link == "<stun:s.example.net>; rel=\"ice-server\""
        )
        #expect(
            turn.link
                == "<turn:turn.example.net?transport=udp>; rel=\"ice-server\"; username=\"a\\\"b\"; credential=\"c\"; "
                + "credential-type=\"password\""
        )
    }
}
