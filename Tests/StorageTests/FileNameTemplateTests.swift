import Storage
import Testing

@Suite("File name templates")
struct FileNameTemplateTests {
    /// 2006-01-02 15:04:05.678 UTC.
    private let values = FileNameValues(roomID: "RM_1", roomName: "stand up", unixMilliseconds: 1_136_214_245_678)

    @Test(
        "are filled in",
        arguments: [
            ("", "stand up-2006-01-02T150405.mp4"),
            ("talks/", "talks/stand up-2006-01-02T150405.mp4"),
            ("{room_name}-{time}.mp4", "stand up-2006-01-02T150405.mp4"),
            ("{room_id}/{utc}", "RM_1/20060102150405678.mp4"),
            ("{unknown}-{room_id", "{unknown}-{room_id.mp4"),
            ("{}{room_id}}", "{}RM_1}.mp4"),
            ("talk.MP3", "talk.mp4"),
            ("v1.2", "v1.2.mp4"),
            ("a.ts.mp4", "a.ts.mp4"),
            ("/var/rec/x.webm", "/var/rec/x.mp4"),
        ]
    )
    func filling(template: String, path: String) {
        #expect(FileNameTemplate(template).path(values: values, fileExtension: "mp4") == path)
    }

    @Test(
        "never climb out of a folder through a room's name",
        arguments: [
            ("../../etc/passwd", "_._.._etc_passwd.mp4"), ("a/b", "a_b.mp4"), ("..", "_..mp4"), ("x\ny", "x_y.mp4"),
        ]
    )
    func hostileRooms(room: String, path: String) {
        let values = FileNameValues(roomID: "RM", roomName: room, unixMilliseconds: 0)
        #expect(FileNameTemplate("{room_name}").path(values: values, fileExtension: "mp4") == path)
    }

    @Test(
        "know the calendar",
        arguments: [
            (Int64(0), "19700101000000000"), (951_782_399_999, "20000228235959999"),
            (951_782_400_000, "20000229000000000"),
            (4_107_542_399_000, "21000228235959000"), (4_107_542_400_000, "21000301000000000"),
            (-1, "19691231235959999"),
        ]
    )
    func calendar(milliseconds: Int64, text: String) {
        let values = FileNameValues(roomID: "", roomName: "", unixMilliseconds: milliseconds)
        #expect(FileNameTemplate("{utc}").path(values: values, fileExtension: "mp4") == "\(text).mp4")
    }
}
