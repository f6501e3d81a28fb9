import Testing

@testable import Ingress

@Suite("What an RTSP server may send")
struct RTSPReplyFilterTests {
    private func check(_ text: String, in piece: Int = .max) throws(PullFailure) {
        try check(Array(text.utf8), in: piece)
    }

    private func check(_ bytes: [UInt8], in piece: Int = .max) throws(PullFailure) {
        var filter = RTSPReplyFilter()
        var rest = bytes[...]
        while !rest.isEmpty {
            try filter.check(rest.prefix(piece))
            rest = rest.dropFirst(piece)
        }
    }

    private static let talk =
        Array("RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 5\r\n\r\nv=0\r\n".utf8)
        + Array("RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\n\r\n".utf8)
        + [0x24, 0, 0, 12] + Array("RTSP/1.0 302".utf8)
        + Array("OPTIONS rtsp://h/ RTSP/1.0\r\nCSeq: 1\r\n\r\nRTSP/1.0 200 OK\r\nCSeq: 3\r\n\r\n".utf8)

    @Test("replies, descriptions, packets and harmless requests pass, however cut", arguments: [1, 2, 3, 7, 100])
    func passes(piece: Int) throws {
        try check(Self.talk, in: piece)
    }

    @Test(
        "redirects, and what might be read as one, do not",
        arguments: [
            "RTSP/1.0 301 Moved\r\nLocation: rtsp://10.0.0.1/\r\n\r\n", "RTSP/1.0 302 Moved\r\n\r\n",
            "RTSP/1.0 399 X\r\n\r\n", "\r\nRTSP/1.0 302 Moved\r\n\r\n", "RTSP/1.0 200 OK\nRTSP/1.0 302 X\r\n\r\n",
            "RTSP/1.0 200 OK\r\n$\r\n\r\n", "RTSP/1.0 200 OK\rX: 1\r\n\r\n",
            "RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
            "RTSP/1.0 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "RTSP/1.0 200 OK\r\nContent-Length : 90\r\n\r\n", "RTSP/1.0 200 OK\r\nContent-Length: 0x9\r\n\r\n",
            "RTSP/1.0 200 OK\r\nContent-Length: 900000\r\n\r\n", "RTSP/1.0 200 OK\r\nno colon\r\n\r\n",
            "REDIRECT rtsp://h/ RTSP/1.0\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "RTSP/1.0  \r\n\r\n",
            "RTSP/1.0 3020 X\r\n\r\n",
            "RTSP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nabRTSP/1.0 302 Moved\r\n\r\n",
            "$\u{0}\u{0}\u{7}1234567", "RTSP/1.0 200 OK\r\n" + String(repeating: "A: b\r\n", count: 4000),
        ]
    )
    func refused(text: String) {
        #expect(throws: PullFailure.self) { try check(text) }
        #expect(throws: PullFailure.self) { try check(text, in: 1) }
    }
}
