import MediaWire
import Testing

@testable import Ingress

@Suite("Chunks")
struct ChunkReaderTests {
    /// Everything that bytes hold, given as they are or one by one.
    static func messages(_ bytes: [UInt8], step: Int = .max, limits: ChunkReader.Limits = .init()) throws
        -> [RTMPMessage]
    {
        var reader = ChunkReader(limits: limits)
        var messages: [RTMPMessage] = []
        for start in stride(from: 0, to: bytes.count, by: min(step, max(1, bytes.count))) {
            reader.receive(Array(bytes[start..<min(bytes.count, start + min(step, bytes.count))]))
            while let message = try reader.next() { messages.append(message) }
        }
        return messages
    }

    @Test(
        "a message is cut and put together again, whatever its chunk stream, length and time",
        arguments: [2, 63, 64, 319, 320, 65_599]
    )
    func roundTrip(chunkStream: Int) throws {
        let writer = ChunkWriter()
        for (length, time) in [(0, 0), (1, 1), (128, 0xFF_FFFE), (129, 0xFF_FFFF), (1000, 0xFFFF_FFFF)] {
            let message = RTMPMessage(
                chunkStream: chunkStream,
                timestamp: UInt32(time),
                type: .video,
                stream: 0x0102_0304,
                payload: (0..<length).map { UInt8(truncatingIfNeeded: $0) }
            )
            let bytes = writer.bytes(of: message)
            #expect(try Self.messages(bytes) == [message])
            #expect(try Self.messages(bytes, step: 1) == [message])
        }
    }

    @Test("headers that leave things out are filled in from those before", arguments: [1, 3, .max])
    func formats(step: Int) throws {
        let bytes: [UInt8] = [
            // Full: time 1000, 2 bytes, audio, stream 1.
            0x04, 0, 0x03, 0xE8, 0, 0, 2, 8, 1, 0, 0, 0, 0xAF, 1,
            // Same stream: 20 later, 1 byte, video.
            0x44, 0, 0, 20, 0, 0, 1, 9, 0x17,
            // Same length: 30 later.
            0x84, 0, 0, 30, 0x27,
            // Same: 30 later again.
            0xC4, 0x27,
        ]
        let messages = try Self.messages(bytes, step: step)
        #expect(messages.map(\.timestamp) == [1000, 1020, 1050, 1080])
        #expect(messages.map(\.type) == [.audio, .video, .video, .video])
        #expect(messages.map(\.stream) == [1, 1, 1, 1])
        #expect(messages.map(\.payload) == [[0xAF, 1], [0x17], [0x27], [0x27]])
    }

    @Test(
        "a header that repeats a time of its own repeats it as a difference, early in a stream",
        arguments: [(23, 46), (1000, 2000), (1001, 1001), (3_600_000, 3_600_000)] as [(UInt32, UInt32)]
    )
    func repeatedTimestamp(first: UInt32, second: UInt32) throws {
        let bytes = ChunkWriter().bytes(of: RTMPMessage(timestamp: first, type: .audio, payload: [1])) + [0xC2, 1]
        #expect(try Self.messages(bytes).map(\.timestamp) == [first, second])
    }

    @Test("chunks of several streams come mixed", arguments: [1, 7, .max])
    func interleaved(step: Int) throws {
        let video = ChunkWriter().bytes(
            of: RTMPMessage(chunkStream: 6, type: .video, payload: [UInt8](repeating: 6, count: 300))
        )
        let audio = ChunkWriter().bytes(
            of: RTMPMessage(chunkStream: 4, type: .audio, payload: [UInt8](repeating: 4, count: 200))
        )
        let cut = 12 + 128
        let bytes = video[..<cut] + audio[..<cut] + video[cut..<cut + 129] + audio[cut...] + video[(cut + 129)...]
        let messages = try Self.messages(Array(bytes), step: step)
        #expect(messages.map(\.type) == [.audio, .video])
        #expect(messages.map(\.payload) == [[UInt8](repeating: 4, count: 200), [UInt8](repeating: 6, count: 300)])
    }

    @Test("a peer may or may not repeat an extended timestamp in the middle of a message", arguments: [true, false])
    func extendedTimestamp(isRepeated: Bool) throws {
        let message = RTMPMessage(
            chunkStream: 4,
            timestamp: 0x0100_0000,
            type: .video,
            payload: [UInt8](repeating: 9, count: 300)
        )
        var bytes = ChunkWriter().bytes(of: message)
        if !isRepeated {
            bytes.removeSubrange(12 + 4 + 128 + 1..<12 + 4 + 128 + 5)
            bytes.removeSubrange(12 + 4 + 128 + 1 + 128 + 1..<12 + 4 + 128 + 1 + 128 + 5)
        }
        #expect(try Self.messages(bytes) == [message])
    }

    @Test("an extended difference is added, and added again by a header that says nothing")
    func extendedDifference() throws {
        let bytes: [UInt8] = [
            0x04, 0, 0, 10, 0, 0, 1, 8, 1, 0, 0, 0, 0xAF,
            0x84, 0xFF, 0xFF, 0xFF, 0x01, 0, 0, 0, 0xAF,
            0xC4, 0x01, 0, 0, 0, 0xAF,
        ]
        #expect(try Self.messages(bytes).map(\.timestamp) == [10, 0x0100_000A, 0x0200_000A])
    }

    @Test("a new size of chunks holds from the next chunk on, also of a message that has begun")
    func chunkSize() throws {
        let payload = (0..<300).map { UInt8(truncatingIfNeeded: $0) }
        let whole = ChunkWriter().bytes(of: RTMPMessage(chunkStream: 6, type: .video, payload: payload))
        let size = ChunkWriter().bytes(of: ProtocolControl.message(.setChunkSize, 172))
        let bytes = whole[..<(12 + 128)] + size + [0xC6] + payload[128...]
        let messages = try Self.messages(Array(bytes), step: 1)
        #expect(messages.map(\.payload) == [payload])
    }

    @Test("an aborted message is forgotten")
    func abort() throws {
        let whole = ChunkWriter().bytes(
            of: RTMPMessage(chunkStream: 6, type: .video, payload: [UInt8](repeating: 1, count: 300))
        )
        let abort = ChunkWriter().bytes(of: ProtocolControl.message(.abort, 6))
        let next = RTMPMessage(chunkStream: 6, type: .video, payload: [7])
        #expect(try Self.messages(whole[..<(12 + 128)] + abort + ChunkWriter().bytes(of: next)) == [next])
    }

    @Test("librtmp may begin a stream with a header that lacks the stream's number")
    func freshStream() throws {
        let messages = try Self.messages([0x44, 0, 0, 5, 0, 0, 1, 9, 0x17])
        #expect(messages == [RTMPMessage(chunkStream: 4, timestamp: 5, type: .video, payload: [0x17])])
    }

    static let malformed: [([UInt8], RTMPError)] = [
        ([0x84, 0, 0, 30, 0x27], .unknownChunkStream(4)),
        ([0xC4, 0x27], .unknownChunkStream(4)),
        // 16 MB of picture, and 512 kB of a command.
        ([0x04, 0, 0, 0, 0xFF, 0xFF, 0xFF, 9, 1, 0, 0, 0], .messageTooLarge(length: 0xFF_FFFF, limit: 8 << 20)),
        ([0x04, 0, 0, 0, 0x08, 0, 0, 20, 1, 0, 0, 0], .messageTooLarge(length: 512 << 10, limit: 256 << 10)),
        ([0x02, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0], .invalidChunkSize(0)),
        ([0x02, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0x80, 0, 0, 0], .invalidChunkSize(0x8000_0000)),
        (
            [0x02, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0],
            .malformed(.truncated(structure: "Set Chunk Size", needed: 4, available: 2))
        ),
    ]

    @Test("what cannot be a chunk is refused with the reason", arguments: malformed)
    func refused(bytes: [UInt8], error: RTMPError) {
        #expect(throws: error) { try Self.messages(bytes) }
        #expect(throws: error) { try Self.messages(bytes, step: 1) }
    }

    @Test("a message within a message is refused")
    func interrupted() {
        let whole = ChunkWriter().bytes(
            of: RTMPMessage(chunkStream: 6, type: .video, payload: [UInt8](repeating: 1, count: 300))
        )
        #expect(throws: RTMPError.interruptedMessage(stream: 6)) { try Self.messages(whole[..<(12 + 128)] + whole) }
    }

    @Test("chunk streams and what they hold together are bounded")
    func bounds() {
        let small = (0..<40).flatMap {
            ChunkWriter().bytes(of: RTMPMessage(chunkStream: 2 + $0, type: .audio, payload: [1]))
        }
        #expect(throws: RTMPError.tooManyChunkStreams(limit: 32)) { try Self.messages(small) }
        let begun = (0..<2).flatMap {
            [UInt8(4 + $0), 0, 0, 0, 0x70, 0, 0, 9, 1, 0, 0, 0] + [UInt8](repeating: 0, count: 128)
        }
        #expect(throws: RTMPError.messageTooLarge(length: 14 << 20, limit: 12 << 20)) { try Self.messages(begun) }
    }
}
