import Synchronization

/// What a WebSocket has not taken yet, ten seconds of sound at most: the oldest is dropped for the newest.
///
/// Filled by the recording thread, emptied on the connection's event loop.
final class SoundBacklog: Sendable {
    /// One message.
    enum Message: Sendable, Hashable {
        /// Samples: 16 bits, little-endian, left and right in turn, 48 000 a second.
        case sound([UInt8])
        case muted(Bool)
    }

    /// Ten seconds at 192 000 bytes a second.
    static let largest = 1_920_000
    /// Mute messages kept: whoever mutes more often is not worth a queue.
    static let mostChanges = 64

    private struct State {
        var messages: [Message] = []
        var bytes = 0
        var changes = 0
        var dropped = 0
    }

    private let state = Mutex(State())

    /// Adds a message.
    func append(_ message: Message) {
        state.withLock { state in
            switch message {
            case .sound(let bytes): state.bytes += bytes.count
            case .muted: state.changes += 1
            }
            state.messages.append(message)
            while state.bytes > Self.largest { Self.drop(&state) { if case .sound = $0 { true } else { false } } }
            while state.changes > Self.mostChanges { Self.drop(&state) { if case .muted = $0 { true } else { false } } }
        }
    }

    private static func drop(_ state: inout State, where matches: (Message) -> Bool) {
        guard let index = state.messages.firstIndex(where: matches) else { return }
        switch state.messages.remove(at: index) {
        case .sound(let bytes):
            state.bytes -= bytes.count
            state.dropped += bytes.count
        case .muted: state.changes -= 1
        }
    }

    /// Takes the oldest message.
    func popFirst() -> Message? {
        state.withLock { state in
            guard !state.messages.isEmpty else { return nil }
            let message = state.messages.removeFirst()
            switch message {
            case .sound(let bytes): state.bytes -= bytes.count
            case .muted: state.changes -= 1
            }
            return message
        }
    }

    /// Bytes of sound dropped since the start.
    var dropped: Int { state.withLock { $0.dropped } }
}
