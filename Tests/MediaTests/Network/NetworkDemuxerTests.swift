import Foundation
import MediaWire
import TestKit
import Testing

@testable import Media

@Suite("A demuxer that reads from an opener", .timeLimit(.minutes(1)))
struct NetworkDemuxerTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func media(_ name: String, _ output: [String] = []) throws -> [UInt8] {
        let path = folder.path + "/" + name
        try SystemProgram.run(
            "ffmpeg",
            [
                "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-f", "lavfi", "-i",
                "testsrc2=size=64x64:rate=25",
            ]
                + ["-f", "lavfi", "-i", "sine", "-t", "1", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"]
                + output + [path]
        )
        return Array(try Data(contentsOf: URL(filePath: path)))
    }

    private func open(
        _ opener: MemoryOpener,
        _ url: String,
        isPlaylist: Bool = false,
        bounds: ProbeBounds = ProbeBounds()
    ) throws(MediaError) -> NetworkDemuxer {
        try NetworkDemuxer(
            .opened(url: url, isPlaylist: isPlaylist, opener: opener),
            bounds: bounds,
            control: StreamControl()
        )
    }

    @Test("takes the first stream of each kind and leaves out the others")
    func firstStreams() throws {
        let bytes = try media("a.mkv", ["-map", "0:v", "-map", "0:v", "-map", "1:a", "-map", "1:a"])
        let opener = MemoryOpener(["http://h/a": bytes])
        opener.piece = 777
        var demuxer = try open(opener, "http://h/a")
        #expect(demuxer.streams.map(\.index) == [0, 2])
        var pictures = 0
        while let packet = try demuxer.next() {
            #expect([0, 2].contains(packet.stream))
            if packet.stream == 0 { pictures += 1 }
        }
        #expect(pictures == 25)
        #expect(opener.asked == ["http://h/a"])
    }

    @Test("asks its opener for all that a playlist names, and nobody else")
    func playlist() throws {
        let bytes = try media("a.ts")
        let text = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://h/a.ts\n#EXT-X-ENDLIST\n"
        let opener = MemoryOpener(["http://h/a.m3u8": Array(text.utf8), "http://h/a.ts": bytes])
        var demuxer = try open(opener, "http://h/a.m3u8", isPlaylist: true)
        #expect(demuxer.streams.count == 2)
        while try demuxer.next() != nil {}
        #expect(opener.asked == ["http://h/a.m3u8", "http://h/a.ts"])
    }

    @Test(
        "never opens what a playlist names by itself",
        arguments: ["file:///etc/passwd", "http://127.0.0.1:9/a.ts", "/etc/passwd", "data:text/plain,x"]
    )
    func noProtocols(name: String) throws {
        let text =
            "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n\(name)\n#EXTINF:1,\nhttp://h/next.ts\n#EXT-X-ENDLIST\n"
        let opener = MemoryOpener(["http://h/a.m3u8": Array(text.utf8)])
        opener.refusal = ByteSourceFailure("it is not allowed", isFinal: true)
        #expect {
            _ = try open(opener, "http://h/a.m3u8", isPlaylist: true)
        } throws: { error in
            let text = "\(error)"
            return text.contains("it is not allowed") || text.contains("cannot be")
        }
        #expect(opener.asked.count <= 2, "a final refusal ends everything: \(opener.asked)")
    }

    @Test(
        "says that it broke off where reading failed, whatever the container makes of it",
        arguments: ["ts", "mkv", "mp4"]
    )
    func breakage(kind: String) throws {
        let bytes = try media("a." + kind, kind == "mp4" ? ["-movflags", "frag_keyframe+empty_moov"] : [])
        let opener = MemoryOpener(["http://h/a": Array(bytes.prefix(bytes.count * 9 / 10))])
        opener.breakage = ByteSourceFailure("the line is cut")
        #expect {
            var demuxer = try open(opener, "http://h/a")
            while try demuxer.next() != nil {}
        } throws: { error in
            "\(error)".contains("the line is cut")
        }
    }

    @Test("refuses containers that are not on its list, and what is none")
    func containers() throws {
        let avi = try media("a.avi")
        for bytes in [avi, Array(repeating: UInt8(ascii: "x"), count: 100_000), []] {
            let opener = MemoryOpener(["http://h/a": bytes])
            #expect(throws: MediaError.self) { _ = try open(opener, "http://h/a") }
        }
    }

    @Test("has no more streams than its bounds allow")
    func streamBound() throws {
        let maps = (0..<12).flatMap { _ in ["-map", "1:a"] }
        let opener = MemoryOpener(["http://h/a": try media("a.mkv", maps)])
        #expect(throws: MediaError.self) {
            _ = try open(opener, "http://h/a", bounds: ProbeBounds(streams: 5))
        }
        #expect(try open(opener, "http://h/a", bounds: ProbeBounds(streams: 12)).streams.count == 1)
    }
}

@Suite("An encrypted segment")
struct SegmentCipherTests {
    // NIST SP 800-38A, F.2.2 (CBC-AES128.Decrypt).
    private let key = "2b7e151628aed2a6abf7158809cf4f3c"
    private let vector = "000102030405060708090A0B0C0D0E0F"
    private let cipherText: [UInt8] = [
        0x76, 0x49, 0xab, 0xac, 0x81, 0x19, 0xb2, 0x46, 0xce, 0xe9, 0x8e, 0x9b, 0x12, 0xe9, 0x19, 0x7d, 0x50, 0x86,
        0xcb,
        0x9b, 0x50, 0x72, 0x19, 0xee, 0x95, 0xdb, 0x11, 0x3a, 0x91, 0x76, 0x78, 0xb2,
    ]
    private let plainText: [UInt8] = [
        0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96, 0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93, 0x17, 0x2a, 0xae, 0x2d,
        0x8a,
        0x57, 0x1e, 0x03, 0xac, 0x9c, 0x9e, 0xb7, 0x6f, 0xac, 0x45, 0xaf, 0x8e, 0x51,
    ]

    @Test("is decrypted block by block as NIST has it")
    func vectors() throws {
        let cipher = try SegmentCipher(key: key, vector: vector)
        #expect(cipher.decrypt(Array(cipherText[..<16])) + cipher.decrypt(Array(cipherText[16...])) == plainText)
    }

    @Test("comes out the same however its bytes come in", arguments: [1, 5, 16, 17, 100])
    func pieces(piece: Int) throws {
        let source = MemoryOpener.Source(cipherText, piece: piece)
        let decrypting = DecryptingSource(source, cipher: try SegmentCipher(key: key, vector: vector))
        var result: [UInt8] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 7, alignment: 1)
        defer { buffer.deallocate() }
        while case let count = try decrypting.read(into: buffer), count > 0 { result += buffer[..<count] }
        // The last byte, 0x51, is no padding, so nothing is taken off.
        #expect(result == plainText)
    }

    @Test("needs a key and a vector of 16 bytes", arguments: [nil, "", "00", "zz", String(repeating: "0", count: 33)])
    func keys(_ text: String?) {
        #expect(throws: ByteSourceFailure.self) { _ = try SegmentCipher(key: text, vector: vector) }
        #expect(throws: ByteSourceFailure.self) { _ = try SegmentCipher(key: key, vector: text) }
    }
}
