import Testing

@testable import Ingress

@Suite("A playlist as it is handed to the demuxer")
struct PlaylistTextTests {
    private func playlist(_ text: String, at url: String = "https://h.test/live/a.m3u8?t=1") throws -> PlaylistText {
        try PlaylistText(Array(text.utf8), at: try PullURL(url))
    }

    @Test("names whole URLs, in lines and in tags")
    func wholeURLs() throws {
        let text = """
            #EXTM3U
            #EXT-X-TARGETDURATION:4
            #EXT-X-KEY:METHOD=AES-128,URI="../key?k=1",IV=0x0000
            #EXT-X-MAP:URI="init.mp4",BYTERANGE="10@0"
            #EXTINF:4,
            a.ts
            # a comment with URI="x"
            #EXTINF:4,
            //cdn.test/b.ts
            #EXTINF:4,
            http://c.test/c.ts?x=y
            """
        let playlist = try playlist(text.replacing("\n", with: "\r\n"))
        #expect(
            playlist.text == """
                #EXTM3U
                #EXT-X-TARGETDURATION:4
                #EXT-X-KEY:METHOD=AES-128,URI="https://h.test/key?k=1",IV=0x0000
                #EXT-X-MAP:URI="https://h.test/live/init.mp4",BYTERANGE="10@0"
                #EXTINF:4,
                https://h.test/live/a.ts
                # a comment with URI="x"
                #EXTINF:4,
                https://cdn.test/b.ts
                #EXTINF:4,
                http://c.test/c.ts?x=y

                """
        )
        #expect(playlist.isGrowing && !playlist.isMaster)
    }

    @Test("says whether more will come", arguments: [("#EXT-X-ENDLIST", false), ("#EXT-X-PLAYLIST-TYPE:EVENT", true)])
    func growing(line: String, isGrowing: Bool) throws {
        #expect(try playlist("#EXTM3U\n#EXTINF:1,\na.ts\n\(line)\n").isGrowing == isGrowing)
    }

    @Test(
        "is refused if it names anything but http",
        arguments: [
            "file:///etc/passwd", "/a\n#EXT-X-KEY:METHOD=AES-128,URI=\"file:///etc/passwd\"",
            "concat:http://a/|http://b/", "data:text/plain,x", "crypto+http://h/a", "crypto:http://h/a",
            "rtmp://h/live/a", "a\n#EXT-X-MAP:URI=\"subfile,,start,0,end,9,,:/etc/passwd\"\nftp://h/a", "skd://key",
        ]
    )
    func otherSchemes(_ line: String) {
        #expect {
            _ = try playlist("#EXTM3U\n#EXTINF:1,\n\(line)\n")
        } throws: { error in
            (error as? PullFailure)?.code == .invalidURL
        }
    }

    @Test("leaves out tags that name what is not pulled")
    func dropped() throws {
        let tags = [
            "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI=\"i.m3u8\"", "#EXT-X-SESSION-KEY:METHOD=AES-128,URI=\"skd://x\"",
            "#EXT-X-PART:DURATION=0.3,URI=\"p.ts\"", "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"q.ts\"",
            "#EXT-X-RENDITION-REPORT:URI=\"r.m3u8\"",
        ]
        let playlist = try playlist("#EXTM3U\n\(tags.joined(separator: "\n"))\n#EXTINF:1,\na.ts\n")
        #expect(playlist.text == "#EXTM3U\n#EXTINF:1,\nhttps://h.test/live/a.ts\n")
    }

    @Test("keeps of a master playlist the best variant that fits a room, and the sound it plays by default")
    func master() throws {
        let text = """
            #EXTM3U
            #EXT-X-VERSION:6
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="low",NAME="a, b",URI="low.m3u8"
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="high",NAME="x",DEFAULT=NO,URI="other.m3u8"
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="high",NAME="y",DEFAULT=YES,URI="high.m3u8"
            #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="high",NAME="z",URI="text.m3u8"
            #EXT-X-STREAM-INF:BANDWIDTH=800000,CODECS="avc1.42e00a,mp4a.40.2",RESOLUTION=640x360,AUDIO="low"
            360.m3u8
            #EXT-X-STREAM-INF:BANDWIDTH=12000000,RESOLUTION=3840x2160,AUDIO="high"
            2160.m3u8
            #EXT-X-STREAM-INF:AVERAGE-BANDWIDTH=1,BANDWIDTH=4000000,RESOLUTION=1920x1080,AUDIO="high"
            1080.m3u8
            """
        let playlist = try playlist(text)
        #expect(playlist.isMaster && !playlist.isGrowing)
        let lines = playlist.text.split(separator: "\n")
        #expect(lines.count == 5)
        #expect(lines[1] == "#EXT-X-VERSION:6")
        #expect(lines[2].contains("URI=\"https://h.test/live/high.m3u8\""))
        #expect(lines[4] == "https://h.test/live/1080.m3u8")
    }

    @Test("takes the smallest variant if all are too large, and none if there is none")
    func sizes() throws {
        let tag = "#EXT-X-STREAM-INF:BANDWIDTH"
        let large = "\(tag)=9,RESOLUTION=4x2160\na\n\(tag)=8,RESOLUTION=3x1440\nb"
        #expect(try playlist("#EXTM3U\n\(large)").text.hasSuffix("RESOLUTION=3x1440\nhttps://h.test/live/b\n"))
        #expect(try playlist("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9\n").text == "#EXTM3U\n")
    }

    @Test("survives any cut of itself")
    func cuts() throws {
        let tag = "#EXT-X-STREAM-INF:BANDWIDTH=99999999999999999999,A=\"x,=\""
        let text = "#EXTM3U\n\(tag)\na\n#EXT-X-MEDIA:TYPE=AUDIO,URI=\"b\"\n"
        for length in 7...text.utf8.count { _ = try playlist(String(text.prefix(length))) }
    }
}
