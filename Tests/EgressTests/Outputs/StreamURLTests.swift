import Media
import Testing

@testable import Egress

@Suite("A stream URL")
struct StreamURLTests {
    @Test(
        "is shown without its secrets",
        arguments: [
            ("rtmp://localhost:1935/live/streamkey", "rtmp://localhost:1935/live/{str...key}"),
            ("rtmps://a.example/app/instance/abcdefghijkl", "rtmps://a.example/app/instance/{abc...jkl}"),
            ("RTMP://A.example/app/abcdefghijkl live=1", "rtmp://a.example/app/{abc...jkl}"),
            ("rtmp://name:secret@a.example/app/abcdefghijkl", "rtmp://{...}@a.example/app/{abc...jkl}"),
            ("rtmp://a.example/app/FB-1234567?s_bl=1&a=b/c", "rtmp://a.example/app/{FB-...c}"),
            ("rtmp://a.example/app?token=abcdefghijkl/key", "rtmp://a.example/app?token={abc...jkl}/{...}"),
            ("rtmp://[2001:db8::1]:1935/app/abcdefghijkl", "rtmp://[2001:db8::1]:1935/app/{abc...jkl}"),
            ("mux://streamkey", "rtmps://global-live.mux.com:443/app/{str...key}"),
            ("twitch://live_1234_abcdef", "twitch://{liv...def}"),
            ("rtmps://fra02.contribute.live-video.net:443/app/live_1234_abcdef", "twitch://{liv...def}"),
            ("srt://a.example:9000", "srt://a.example:9000"),
            (
                "srt://a.example:9000?streamid=publish:abcdefgh&passphrase=0123456789ab&latency=200&mode=caller",
                "srt://a.example:9000?latency=200&passphrase={...}&streamid={pub...fgh}"
            ),
            ("ws://a.example:8080/audio", "ws://a.example:8080/audio"),
            ("wss://a.example/audio?token=abcdefghijkl&x", "wss://a.example/audio?token={abc...jkl}&{...}"),
        ]
    )
    func redaction(url: String, shown: String) throws {
        #expect(try StreamURL(url).redacted == shown)
        #expect(StreamURL.redact(url) == shown)
        #expect(StreamURL.redact(shown) == shown, "what is redacted stays as it is")
    }

    @Test(
        "that is wrong is refused with the reason, and without its secrets",
        arguments: [
            ("", "invalid url {...}: it has no scheme such as rtmp://"),
            ("streamkey1234", "invalid url {str...234}: it has no scheme such as rtmp://"),
            ("http://a.example/app/streamkey", "invalid url http://a.example/{app...key}: its scheme is none of"),
            ("rtmp://a.example", "invalid url rtmp://{a.e...ple}: it must have the form rtmp://host/app/streamkey"),
            ("rtmps://a.example/streamkey", "it must have the form rtmps://host/app/streamkey"),
            ("rtmp://a.example/app/", "the stream key is missing after the last slash"),
            ("rtmp:///app/streamkey", "it names no host"),
            ("rtmp://a b/app/streamkey", "it holds a space"),
            ("rtmp://a.example/app/\u{FC}bung", "outside ASCII"),
            ("rtmp://a.example:0/app/streamkey", "its port is not a number between 1 and 65535"),
            ("rtmp://a.example:65536/app/streamkey", "its port is not a number between 1 and 65535"),
            ("rtmp://a!example/app/streamkey", "its host is no name"),
            ("rtmp://[::1/app/streamkey", "the bracket of its address is not closed"),
            ("rtmp://[host]/app/streamkey", "there is no IPv6 address in its brackets"),
            ("mux://", "it must have the form mux://streamkey"),
            ("twitch://a/b", "it must have the form twitch://streamkey"),
            ("srt://a.example", "it must have the form srt://host:port"),
            ("srt://a.example:9000?mode=listener", "its mode must be caller"),
            ("srt://a.example:9000?passphrase=short", "its passphrase must be 10 to 79 characters"),
            ("srt://a.example:9000?pbkeylen=17", "its pbkeylen must be 16, 24 or 32"),
            ("srt://a.example:9000?latency=-1", "its latency must be a number of milliseconds"),
            ("srt://a.example:9000?streamid=%zz", "its option streamid has no readable value"),
            ("ws://name:secret@a.example/", "names and passwords are not taken"),
        ]
    )
    func refusal(url: String, reason: String) {
        #expect {
            _ = try StreamURL(url)
        } throws: { error in
            guard let failure = error as? JobFailure, failure.code == 400 else { return false }
            return failure.text.hasPrefix("invalid url ") && failure.text.contains(reason)
                && !failure.text.contains("streamkey ") && !failure.text.contains("secret")
        }
    }

    @Test("of absurd length is refused")
    func length() {
        let key = String(repeating: "k", count: 501)
        #expect(throws: JobFailure.self) { try StreamURL("rtmp://a.example/app/\(key)") }
        let path = String(repeating: "p", count: 2000)
        #expect(throws: JobFailure.self) { try StreamURL("rtmp://a.example/\(path)/key") }
    }

    @Test("is taken apart at the stream key")
    func parts() throws {
        let expected: [(String, String, String, String)] = [
            ("rtmp://h/a/k", "h", "a", "k"), ("rtmp://h/a/b/k", "h", "a/b", "k"),
            ("rtmp://h:1/a/k?x=1/2", "h:1", "a", "k?x=1/2"), ("rtmp://h/a?t=1/k", "h", "a?t=1", "k"),
        ]
        for (text, server, application, key) in expected {
            let target = RTMPTarget(isSecure: false, server: server, application: application, key: key)
            #expect(try StreamURL(text).destination == .server(.rtmp(target)))
        }
    }

    @Test("of SRT has its options decoded, and those that mean nothing left out")
    func srtOptions() throws {
        let url = try StreamURL("srt://h:1?streamid=%23!::r=live/a,m=publish&wait-for-connection=false&latency=120")
        let options: [SRTTarget.Option: String] = [.streamID: "#!::r=live/a,m=publish", .latency: "120"]
        #expect(url.destination == .server(.srt(SRTTarget(server: "h:1", options: options))))
    }

    @Test("is meant by what leads to the same stream, and by what is shown of it")
    func meaning() throws {
        let mux = try StreamURL("mux://streamkey")
        #expect(mux.isMeant(by: "mux://streamkey"))
        #expect(mux.isMeant(by: "rtmps://global-live.mux.com:443/app/streamkey"))
        #expect(mux.isMeant(by: "rtmps://global-live.mux.com:443/app/{str...key}"))
        #expect(!mux.isMeant(by: "mux://streamkex"))
        #expect(!mux.isMeant(by: "nonsense"))
        let twitch = try StreamURL("twitch://live_1234_abcdef")
        #expect(twitch.isMeant(by: "rtmp://ams02.contribute.live-video.net/app/live_1234_abcdef"))
    }

    @Test("of Twitch leads to the first secure server of the list, or to the default one")
    func twitch() async throws {
        let list = """
            {"ingests":[{"url_template":"rtmp://x/app/{stream_key}"},
            {"url_template_secure":"rtmps://fra02.contribute.live-video.net:443/app/{stream_key}"}]}
            """
        let directory = TwitchDirectory { Array(list.utf8) }
        func target(_ server: String) -> StreamTarget {
            .rtmp(RTMPTarget(isSecure: true, server: server, application: "app", key: "k"))
        }
        #expect(await directory.target(key: "k") == target("fra02.contribute.live-video.net:443"))
        for broken in ["", "{}", #"{"ingests":[{"url_template_secure":"rtmps://!/app"}]}"#] {
            let directory = TwitchDirectory { Array(broken.utf8) }
            #expect(await directory.target(key: "k") == target(TwitchDirectory.defaultServer))
        }
        let unreachable = TwitchDirectory { throw StreamURL.Problem(reason: "no network") }
        #expect(await unreachable.target(key: "k") == target(TwitchDirectory.defaultServer))
    }
}
