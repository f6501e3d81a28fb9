import LiveKitProtocol
import Testing

@testable import Ingress

@Suite("What a URL ingress pulls")
struct PulledURLTests {
    static let taken: [(String, String)] = [
        ("https://media.example.com/film.mp4", "https://media.example.com/film.mp4"),
        ("HTTP://media.example.com", "http://media.example.com"),
        (
            "https://user:secret@media.example.com:8443/a/b?X-Signature=abc#t=1",
            "https://{credentials}@media.example.com:8443/a/b?{query}"
        ),
        ("https://a@b@host/x", "https://{credentials}@host/x"),
        ("https://host?token=secret", "https://host?{query}"),
        ("https://host#fragment", "https://host?{query}"),
        ("https://host/a@b", "https://host/a@b"),
        ("srt://media.example.com:7001?streamid=secret&passphrase=secret", "srt://media.example.com:7001?{query}"),
        ("rtsp://admin:secret@10.0.0.7/stream1", "rtsp://{credentials}@10.0.0.7/stream1"),
        ("rtsps://camera/stream1", "rtsps://camera/stream1"),
        ("rtmp://host/live/secret", "rtmp://host/live/{stream_key}"),
        ("rtmps://host", "rtmps://host"),
        ("https://[2001:db8::1]:80/x", "https://[2001:db8::1]:80/x"),
    ]

    @Test("a scheme that can be pulled and a host are taken, and told without secrets", arguments: taken)
    func takes(url: String, redacted: String) throws {
        #expect(try PulledURL(url).redacted == redacted)
    }

    static let refused: [(String, String)] = [
        ("", "it is no URL"),
        ("film.mp4", "it is no URL"),
        ("https:/host/film", "it is no URL"),
        ("https://host/a film", "without spaces"),
        ("https://host/\u{0}", "it is no URL"),
        ("https://host/\r\nHost: other", "it is no URL"),
        ("https://", "it names no host"),
        ("https:///film", "it names no host"),
        ("https://user:secret@/film", "it names no host"),
        ("https://:80/film", "it names no host"),
        ("file:///etc/passwd", "invalid url scheme file: it must be one of http, https, srt, rtsp, rtsps, rtmp, rtmps"),
        ("://host", "invalid url scheme : it must be one of"),
        ("udp://239.0.0.1:1234", "invalid url scheme udp"),
        ("averyveryverylongscheme://host", "invalid url scheme averyveryverylongsch: it"),
    ]

    @Test("anything else is refused, without repeating what may be secret", arguments: refused)
    func refuses(url: String, says: String) throws {
        let error = try #require(throws: TwirpError.self) { try PulledURL(url) }
        #expect(error.code == .invalidArgument)
        #expect(error.message.contains(says), "\(error.message)")
        #expect(!error.message.contains("secret"))
    }
}
