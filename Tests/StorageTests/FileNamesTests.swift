import Storage
import Testing

@Suite("File names")
struct FileNamesTests {
    /// 2006-01-02 15:04:05.678 UTC.
    private let values = FileNameValues(
        roomID: "RM_1",
        roomName: "room",
        unixMilliseconds: 1_136_214_245_678,
        publisherIdentity: "ann/../b",
        trackType: "video",
        trackSource: "screen_share"
    )

    @Test(
        "of files",
        arguments: [
            ("", "room-2006-01-02T150405.mp4"), ("a/", "a/room-2006-01-02T150405.mp4"), ("a.mp4", "a.mp4"),
            ("a.webm", "a.mp4"), ("v1.2", "v1.2.mp4"), ("../../a", "a.mp4"), ("../", "room-2006-01-02T150405.mp4"),
            ("/abs/a", "/abs/a.mp4"), ("{publisher_identity}", "ann_.._b.mp4"),
            ("{track_type}-{track_source}", "video-screen_share.mp4"), ("{track_id}", "{track_id}.mp4"),
            ("a-{retry}", "a-{retry}.mp4"), ("a..mp4", "a..mp4"),
        ]
    )
    func files(path: String, expected: String) {
        #expect(FileNames(values).file(path, fileExtension: "mp4") == expected)
    }

    @Test("of tracks begin with the track, and of further attempts say which")
    func tracks() {
        var values = values
        values.trackID = "TR_1"
        values.retry = 2
        #expect(FileNames(values).file("", fileExtension: "ogg") == "TR_1-2006-01-02T150405-2.ogg")
        #expect(FileNames(values).file("x-{retry}", fileExtension: "ogg") == "x-2.ogg")
    }

    @Test("without a room say web")
    func web() {
        let values = FileNameValues(roomID: "", roomName: "", unixMilliseconds: 0)
        #expect(FileNames(values).file("", fileExtension: "mp4") == "web-1970-01-01T000000.mp4")
    }

    @Test(
        "of further attempts need a place for their number",
        arguments: [("", true), ("a/", true), ("a", false), ("a-{retry}", true)]
    )
    func retry(path: String, isSupported: Bool) {
        #expect(FileNames.supportsRetry(path) == isSupported)
    }

    @Test(
        "of segments and playlists",
        arguments: [
            ("", "", "", "", "room-2006-01-02T150405.m3u8", "room-2006-01-02T150405_00007.ts"),
            ("s", "", "", "", "s.m3u8", "s_00007.ts"),
            ("", "p.m3u8", "", "", "p.m3u8", "p_00007.ts"),
            ("", "v1.2", "", "", "v1.2.m3u8", "v1.2_00007.ts"),
            ("d/s", "p", "", "d/", "p.m3u8", "s_00007.ts"),
            ("d/s", "d/p", "live", "d/", "p.m3u8", "s_00007.ts"),
            ("d/e/s", "d/p", "d/live", "d/", "p.m3u8", "e/s_00007.ts"),
            ("e/s", "d/p", "", "d/", "p.m3u8", "e/s_00007.ts"),
            ("d/", "", "", "d/", "room-2006-01-02T150405.m3u8", "room-2006-01-02T150405_00007.ts"),
            ("{room_name}.ts", "../x/{room_id}", "", "x/", "RM_1.m3u8", "room_00007.ts"),
        ]
    )
    func segments(
        prefix: String,
        playlist: String,
        live: String,
        folder: String,
        name: String,
        segment: String
    ) throws {
        let names = try FileNames(values).segments(prefix: prefix, playlist: playlist, livePlaylist: live)
        #expect(names.folder == folder)
        #expect(names.playlistKey == folder + name)
        #expect(names.livePlaylist == (live.isEmpty ? nil : "live.m3u8"))
        #expect(names.segment(index: 7, fileExtension: "ts") == segment)
    }

    @Test("of segments by their time")
    func timestamps() throws {
        let names = try FileNames(values).segments(prefix: "s", playlist: "", livePlaylist: nil)
        #expect(names.segment(unixMilliseconds: 1_136_214_245_678, fileExtension: "ts") == "s_20060102150405678.ts")
        #expect(names.segment(index: 123_456, fileExtension: "m4s") == "s_123456.m4s")
    }

    @Test(
        "refuse playlists that would overwrite or miss each other",
        arguments: [("s", "p", "p"), ("s", "p", "p.m3u8"), ("s", "d/p", "e/live"), ("/other/s", "/d/p", "")]
    )
    func refusals(prefix: String, playlist: String, live: String) {
        #expect(throws: StorageError.self) {
            try FileNames(values).segments(prefix: prefix, playlist: playlist, livePlaylist: live)
        }
    }

    @Test("of images")
    func images() {
        let names = FileNames(values).images(prefix: "i/{room_name}")
        #expect(names.image(index: 3) == "i/room_00003.jpeg")
        #expect(names.image(unixMilliseconds: 1_136_214_245_678) == "i/room_20060102150405678.jpeg")
        #expect(names.single == "i/room.jpeg")
        #expect(FileNames(values).images(prefix: "").single == "room-2006-01-02T150405.jpeg")
    }

    @Test("of manifests lie beside the files", arguments: [("a/b/c.mp4", "a/b/EG_1.json"), ("c.mp4", "EG_1.json")])
    func manifests(key: String, manifest: String) {
        #expect(FileNames(values).manifest(beside: key, egressID: "EG_1") == manifest)
    }
}
