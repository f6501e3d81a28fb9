internal import MediaWire

/// The server's side of the handshake (RTMP 1.0 §5.2).
///
/// It is always the simple one. Clients that can prove themselves to Adobe's servers by digests see from the version 0
/// in S1 that there is nothing to prove here, and go on without. C2 is taken unseen: old encoders fill it with what they like.
struct RTMPHandshake {
    /// What comes of bytes.
    enum Step: Equatable {
        /// More is needed.
        case none
        /// To be sent: S0, S1 and S2.
        case answer([UInt8])
        /// C2 is in; chunks follow.
        case finished
    }

    /// The length of C1, C2, S1 and S2.
    static let length = 1536
    /// Plain RTMP; 6 and above were encrypted kinds, 32 and above is text of another protocol.
    static let version: UInt8 = 3

    private var hasAnswered = false
    private let nonce: UInt64

    /// A handshake whose S1 is made of `nonce`: it only has to differ between connections.
    init(nonce: UInt64) {
        self.nonce = nonce
    }

    /// Takes what it needs from the front of `queue`; to be called until it is `none` or `finished`.
    mutating func advance(_ queue: inout ByteQueue) throws(RTMPError) -> Step {
        if hasAnswered {
            guard queue.count >= Self.length else { return .none }
            queue.skip(Self.length)
            return .finished
        }
        guard let version = queue.byte(at: 0) else { return .none }
        guard version == Self.version else { throw .unsupportedVersion(version) }
        guard queue.count > Self.length else { return .none }
        queue.skip(1)
        let greeting = queue.take(Self.length)
        hasAnswered = true
        return .answer([Self.version] + serverGreeting() + greeting)
    }

    /// S1: time 0, version 0, and bytes that look random.
    private func serverGreeting() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 8)
        var state = nonce
        while bytes.count < Self.length {
            // Knuth's MMIX generator; its high bits are the better ones.
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            bytes.append(bigEndian: UInt32(truncatingIfNeeded: state >> 32))
        }
        return bytes
    }
}
