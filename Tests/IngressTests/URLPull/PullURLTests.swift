import Testing

@testable import Ingress

@Suite("A URL that is pulled")
struct PullURLTests {
    @Test(
        "is taken apart",
        arguments: [
            ("http://Example.com", "http", "example.com", 80, "/"),
            ("https://example.com/a/b.mp4?x=1&y=2#t=5", "https", "example.com", 443, "/a/b.mp4?x=1&y=2"),
            ("HTTP://user:pa%40ss@host:8080/x", "http", "host", 8080, "/x"),
            ("https://[2001:DB8::1]:8443/x", "https", "2001:db8::1", 8443, "/x"),
            ("srt://1.2.3.4:9000?streamid=a/b", "srt", "1.2.3.4", 9000, "/?streamid=a/b"),
            ("rtmp://host/live/key", "rtmp", "host", 1935, "/live/key"),
            ("rtmps://host/live/key", "rtmps", "host", 443, "/live/key"),
            ("rtsp://user@camera/1", "rtsp", "camera", 554, "/1"),
            ("rtsps://camera/1", "rtsps", "camera", 322, "/1"),
        ]
    )
    func parts(text: String, scheme: String, host: String, port: Int, target: String) throws {
        let url = try PullURL(text)
        #expect(url.scheme.rawValue == scheme)
        #expect(url.host == host)
        #expect(url.port == UInt16(port))
        #expect(url.target == target)
    }

    @Test(
        "is refused with what is wrong, and without anything secret",
        arguments: [
            ("secret", "no scheme"), ("file:///etc/passwd", "url scheme file"), ("concat://h/secret", "concat"),
            ("data:text/plain,secret", "no scheme"), ("gopher://h/secret", "gopher"),
            ("crypto+http://h/secret", "scheme ?"),
            ("http://", "no host"), ("http:///secret", "no host"), ("http://h:0/secret", "port"),
            ("http://h:65536/secret", "port"), ("http://h:80a/secret", "port"), ("http://h:/secret", "port"),
            ("srt://h/secret", "name a port"), ("http://ho st/secret", "space"), ("http://hö.test/secret", "ASCII"),
            ("http://h\r\nHost:x/secret", "space"), ("http://h%00/secret", "no name"),
            ("http://[::1/secret", "bracket"), ("http://[fe80::1%25lo]/secret", "IPv6"),
            ("http://[]/secret", "IPv6"), ("http://h\\@x/secret", "backslash"),
            ("http://h/" + String(repeating: "secret", count: 700), "bytes"),
        ]
    )
    func refused(text: String, reason: String) {
        #expect {
            _ = try PullURL(text)
        } throws: { error in
            let failure = error as? PullFailure
            return failure?.code == .invalidURL && failure?.description.contains(reason) == true
                && failure?.description.contains("secret") == false
        }
    }

    @Test("shows its server and nothing else")
    func place() throws {
        #expect(try PullURL("https://user:word@h.test:8443/path/key?token=x").place == "https://h.test:8443")
        #expect(try PullURL("https://h.test:443/key").place == "https://h.test")
        #expect(try PullURL("rtmp://[::1]/live/key").place == "rtmp://[::1]")
    }

    @Test(
        "resolves references as RFC 3986 §5.4 does",
        arguments: [
            ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"),
            ("//g", "http://g/"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"), ("", "http://a/b/c/d;p?q"),
            ("#s", "http://a/b/c/d;p?q"), (";x", "http://a/b/c/;x"), (".", "http://a/b/c/"), ("./", "http://a/b/c/"),
            ("..", "http://a/b/"), ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"),
            ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("../../../../g", "http://a/g"),
            ("/./g", "http://a/g"), ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."), ("..g", "http://a/b/c/..g"),
            ("./g/.", "http://a/b/c/g/"), ("g;x=1/../y", "http://a/b/c/y"), ("g?y/../x", "http://a/b/c/g?y/../x"),
            ("https://h/x", "https://h/x"), ("seg?t=a:b", "http://a/b/c/seg?t=a:b"),
        ]
    )
    func references(reference: String, expected: String) throws {
        #expect(try PullURL("http://a/b/c/d;p?q").resolving(reference).text == expected)
    }

    @Test("keeps its credentials within its origin")
    func credentials() throws {
        let url = try PullURL("https://name:word@h.test/a/b.m3u8")
        #expect(try url.resolving("c.ts").credentials == "name:word")
        #expect(try url.resolving("https://h.test/c.ts").credentials == "name:word")
        for other in ["https://other.test/c.ts", "http://h.test/c.ts", "https://h.test:444/c.ts", "//h2.test/c"] {
            #expect(try url.resolving(other).credentials == nil, "\(other)")
        }
        #expect(try url.resolving("https://other.test/c").resolving("https://h.test/c").credentials == nil)
    }

    @Test("gives basic credentials as RFC 7617 has them")
    func basic() {
        #expect(BasicCredentials.encoded("Aladdin:open sesame") == "QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        #expect(BasicCredentials.encoded("Aladdin:open%20sesame") == "QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        #expect(BasicCredentials.encoded("a") == "YTo=")
        #expect(BasicCredentials.encoded("ab:c%4") == "YWI6YyU0")
    }

    @Test("gives SRT its options, delays and all, and refuses what SRT would")
    func srt() throws {
        let url = try PullURL("srt://h:1?streamid=%23!::r%3Da&passphrase=0123456789&latency=200&mode=caller&x=y")
        let options = try SRTTargetOptions.of(url)
        #expect(options == ["streamid": "#!::r=a", "passphrase": "0123456789", "latency": "200"])
        for query in ["passphrase=short", "latency=-1", "latency=x", "mode=listener", "pbkeylen=17", "streamid=%ff"] {
            #expect(throws: PullFailure.self, "\(query)") {
                _ = try SRTTargetOptions.of(try PullURL("srt://h:1?\(query)"))
            }
        }
    }
}
