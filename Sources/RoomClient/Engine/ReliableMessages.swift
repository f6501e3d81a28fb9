import LiveKitProtocol

/// Numbers reliable messages so that none is lost or repeated across a resumed session.
///
/// Sent messages are kept until a resume says how far the server got; those after that are sent again. Received ones
/// that repeat a number are dropped.
struct ReliableMessages {
    /// Bytes of sent messages kept; older ones are forgotten first.
    ///
    /// LiveKit's own clients keep about as much.
    static let maximumKeptBytes = 1 << 20
    /// Senders whose numbers are remembered.
    static let maximumSenders = 10_000

    private var lastSequence: UInt32 = 0
    private var kept: [(sequence: UInt32, bytes: [UInt8])] = []
    private var keptBytes = 0
    private var lastReceived: [String: UInt32] = [:]

    /// The number of the next message.
    mutating func nextSequence() -> UInt32 {
        lastSequence &+= 1
        return lastSequence
    }

    /// A message was sent.
    mutating func sent(_ bytes: [UInt8], sequence: UInt32) {
        kept.append((sequence, bytes))
        keptBytes += bytes.count
        while keptBytes > Self.maximumKeptBytes, !kept.isEmpty { keptBytes -= kept.removeFirst().bytes.count }
    }

    /// The messages a server has not seen that got as far as this number.
    mutating func unseen(after sequence: UInt32) -> [[UInt8]] {
        kept.removeAll { $0.sequence <= sequence }
        keptBytes = kept.reduce(0) { $0 + $1.bytes.count }
        return kept.map(\.bytes)
    }

    /// Whether a received message is new; messages without number always are.
    mutating func isNew(_ packet: Livekit_DataPacket) -> Bool {
        guard packet.sequence > 0, !packet.participantSid.isEmpty else { return true }
        if let last = lastReceived[packet.participantSid] {
            guard packet.sequence > last else { return false }
        } else if lastReceived.count >= Self.maximumSenders {
            return true
        }
        lastReceived[packet.participantSid] = packet.sequence
        return true
    }

    /// How far each sender's messages have come, as told to the server on a resume.
    var receiveStates: [Livekit_DataChannelReceiveState] {
        lastReceived.map { sender, sequence in
            var state = Livekit_DataChannelReceiveState()
            state.publisherSid = sender
            state.lastSeq = sequence
            return state
        }
    }

    /// A new session: numbers start anew.
    mutating func restart() { self = ReliableMessages() }
}
