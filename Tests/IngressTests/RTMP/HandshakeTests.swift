import Testing

@testable import Ingress

@Suite("RTMP handshake")
struct HandshakeTests {
    @Test(
        "S0, S1 and S2 answer C1, byte by byte or at once, with and without a digest",
        arguments: [false, true],
        [1, 1000, 4000]
    )
    func answer(hasDigest: Bool, step: Int) throws {
        var script = RTMPScript()
        script.shakeHands(hasDigest: hasDigest)
        let client = script.bytes + [0x02]
        var handshake = RTMPHandshake(nonce: 1)
        var queue = ByteQueue()
        var sent: [UInt8] = []
        var isFinished = false
        for start in stride(from: 0, to: client.count, by: step) {
            queue.append(Array(client[start..<min(client.count, start + step)]))
            steps: while !isFinished {
                switch try handshake.advance(&queue) {
                case .none: break steps
                case .answer(let bytes): sent += bytes
                case .finished: isFinished = true
                }
            }
        }
        #expect(isFinished)
        #expect(queue.count == 1)
        #expect(sent.count == 1 + 2 * 1536)
        #expect(sent[0] == 3)
        // Version 0: there are no digests to be checked.
        #expect(sent[1..<9] == [0, 0, 0, 0, 0, 0, 0, 0])
        #expect(sent[1537...] == client[1..<1537])
    }

    @Test(
        "other versions and other protocols are refused at their first byte",
        arguments: [0, 6, 0x16, 0x47] as [UInt8]
    )
    func version(byte: UInt8) {
        var handshake = RTMPHandshake(nonce: 1)
        var queue = ByteQueue()
        queue.append([byte])
        #expect(throws: RTMPError.unsupportedVersion(byte)) { try handshake.advance(&queue) }
    }

    @Test("the random part differs between connections")
    func nonce() throws {
        var script = RTMPScript()
        script.shakeHands()
        let answers = try [UInt64(1), 2].map { nonce in
            var handshake = RTMPHandshake(nonce: nonce)
            var queue = ByteQueue()
            queue.append(script.bytes)
            return try handshake.advance(&queue)
        }
        #expect(answers[0] != answers[1])
    }
}
