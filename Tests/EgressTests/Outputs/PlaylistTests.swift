import Testing

@testable import Egress

@Suite("Playlists")
struct PlaylistTests {
    private func segment(_ index: Int, _ duration: Double = 4, followsGap: Bool = false) -> Playlist.Segment {
        Playlist.Segment(
            name: "a_0000\(index).ts",
            duration: duration,
            start: 1_700_000_000_000_000_000 + Int64(index) * 4_000_000_000,
            followsGap: followsGap
        )
    }

    @Test("The whole of a recording in transport streams")
    func event() {
        var playlist = Playlist(.event, segmentDuration: 4, map: nil)
        playlist.append(segment(0))
        playlist.append(segment(1, 3.966_667))
        let head = """
            #EXTM3U
            #EXT-X-VERSION:4
            #EXT-X-PLAYLIST-TYPE:EVENT
            #EXT-X-TARGETDURATION:4
            #EXT-X-MEDIA-SEQUENCE:0
            #EXT-X-INDEPENDENT-SEGMENTS
            #EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:20.000Z
            #EXTINF:4.000000,
            a_00000.ts
            #EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:24.000Z
            #EXTINF:3.966667,
            a_00001.ts

            """
        #expect(playlist.text == head)
        playlist.end()
        #expect(playlist.text == head + "#EXT-X-ENDLIST\n")
    }

    @Test("The last segments in fragmented MP4")
    func live() {
        var playlist = Playlist(.live(window: 3), segmentDuration: 4, map: "a b_init.mp4")
        for index in 0..<5 { playlist.append(segment(index)) }
        let lines = playlist.text.split(separator: "\n").map(String.init)
        #expect(lines.contains("#EXT-X-VERSION:7"))
        #expect(lines.contains("#EXT-X-MAP:URI=\"a%20b_init.mp4\""))
        #expect(lines.contains("#EXT-X-MEDIA-SEQUENCE:2"))
        #expect(!lines.contains { $0.hasPrefix("#EXT-X-PLAYLIST-TYPE") })
        #expect(lines.filter { $0.hasSuffix(".ts") } == ["a_00002.ts", "a_00003.ts", "a_00004.ts"])
    }

    @Test("Three target durations stay in a live playlist, however small its window")
    func smallWindow() {
        var playlist = Playlist(.live(window: 1), segmentDuration: 0.5, map: nil)
        for index in 0..<9 { playlist.append(segment(index, 0.5)) }
        #expect(playlist.targetDuration == 1)
        #expect(playlist.segments.count == 6 && playlist.dropped == 3)
    }

    @Test("A gap is told for as long as the segment after it is there, and counted afterwards")
    func gaps() {
        var playlist = Playlist(.live(window: 3), segmentDuration: 4, map: nil)
        for index in 0..<3 { playlist.append(segment(index, followsGap: index == 1)) }
        #expect(playlist.text.contains("#EXT-X-DISCONTINUITY\n") && !playlist.text.contains("DISCONTINUITY-SEQUENCE"))
        for index in 3..<5 { playlist.append(segment(index)) }
        #expect(playlist.text.contains("#EXT-X-DISCONTINUITY-SEQUENCE:1\n"))
        #expect(!playlist.text.contains("#EXT-X-DISCONTINUITY\n"))
    }

    @Test(
        "No segment within a frame of its duration exceeds the target when rounded",
        arguments: [0.2, 0.5, 1, 1.47, 1.5, 2, 3.44, 3.46, 4, 4.5, 5.99, 6, 10, 59.94]
    )
    func target(duration: Double) {
        let target = Playlist.targetDuration(for: duration)
        for frame in [-1.0 / 15, 0, 1.0 / 60, 1.0 / 30, 1.0 / 15] {
            #expect(Int((duration + frame).rounded()) <= target)
        }
        #expect(Double(target) <= max(1, duration + 1))
    }

    @Test("Names become relative references")
    func names() {
        let table = [
            ("a_00001.ts", "a_00001.ts"), ("sub/a.ts", "sub/a.ts"), ("a b.ts", "a%20b.ts"),
            ("10:30#?.ts", "10%3A30%23%3F.ts"),
            ("50%.ts", "50%25.ts"), ("ü\"\n.ts", "%C3%BC%22%0A.ts"),
        ]
        for (name, uri) in table { #expect(Playlist.uri(name) == uri) }
    }

    @Test("Times of day and seconds are written exactly")
    func numbers() {
        #expect(Playlist.dateTime(0) == "1970-01-01T00:00:00.000Z")
        #expect(Playlist.dateTime(951_782_400_123_499_999) == "2000-02-29T00:00:00.123Z")
        #expect(Playlist.dateTime(4_107_542_399_999_600_000) == "2100-03-01T00:00:00.000Z")
        #expect(Playlist.decimal(0) == "0.000000")
        #expect(Playlist.decimal(1.000_000_4) == "1.000000")
        #expect(Playlist.decimal(12.345_678_9) == "12.345679")
        #expect(Playlist.decimal(-1) == "0.000000")
    }
}
