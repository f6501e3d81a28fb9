import MediaWire
import Testing

@testable import Ingress

@Suite("What a publisher names")
struct RTMPPublicationTests {
    static let cases: [(String, String, String, String)] = [
        ("live", "KEY", "live", "KEY"),
        ("", "KEY", "", "KEY"),
        ("live/room", "KEY", "live/room", "KEY"),
        // ffmpeg keeps at most two parts for the application.
        ("a/b", "c/KEY", "a/b/c", "KEY"),
        ("live", "KEY?user=a/b", "live", "KEY"),
        ("live?token=x/y", "KEY", "live", "KEY"),
        ("/live/", "/KEY/", "live", "KEY"),
        // OBS without a key, and everything in the server's URL.
        ("live/KEY", "", "live", "KEY"),
        ("", "", "", ""),
        ("", "?a", "", ""),
    ]

    @Test("the key is the last part of the path, however the client cuts it", arguments: cases)
    func parts(app: String, name: String, application: String, key: String) throws {
        let publication = try #require(RTMPPublication(application: app, publishingName: name))
        #expect(publication.application == application)
        #expect(publication.streamKey == key)
    }

    @Test("keys and applications have a bound")
    func bounds() {
        #expect(RTMPPublication(application: "live", publishingName: String(repeating: "k", count: 257)) == nil)
        #expect(RTMPPublication(application: String(repeating: "a", count: 1025), publishingName: "k") == nil)
        #expect(RTMPPublication(application: "live", publishingName: String(repeating: "k", count: 256)) != nil)
    }

    @Test("a publisher does not show its key")
    func secrecy() throws {
        let publication = try #require(RTMPPublication(application: "live", publishingName: "SECRET"))
        let address = TransportAddress(ip: IPAddress(v4: (127, 0, 0, 1)), port: 5)
        let publisher = RTMPPublisher(publication, remoteAddress: address, isSecure: false) { _ in }
        var dumped = ""
        dump(publisher, to: &dumped)
        for text in ["\(publisher)", String(reflecting: publisher), dumped] { #expect(!text.contains("SECRET")) }
        #expect("\(publisher)" == "RTMP publisher 127.0.0.1:5 to \"live\"")
        #expect(publisher.streamKey == "SECRET")
    }
}
