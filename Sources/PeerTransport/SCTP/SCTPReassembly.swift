/// Puts the pieces together in which usrsctp delivers long messages.
struct SCTPReassembly {
    /// The longest message kept: LiveKit clients send at most 64 000 bytes in one, and what we tell peers to send
    /// (`a=max-message-size`) is 65 535; the rest is margin.
    static let limit = 68 * 1024

    private enum Partial {
        case collecting([UInt8])
        case discarding
    }

    /// By stream: usrsctp finishes one message of a stream before it starts the next.
    private var partial: [UInt16: Partial] = [:]

    /// Takes a piece, and gives the message it completes.
    mutating func append(
        _ bytes: UnsafeRawBufferPointer,
        stream: UInt16,
        payloadProtocol: UInt32,
        isLast: Bool
    ) -> SCTPEvent? {
        var collected: [UInt8] = []
        switch partial.removeValue(forKey: stream) {
        case .discarding:
            if !isLast { partial[stream] = .discarding }
            return nil
        case .collecting(let earlier): collected = earlier
        case nil: break
        }
        guard collected.count + bytes.count <= Self.limit else {
            if !isLast { partial[stream] = .discarding }
            return .messageTooLong(stream: stream)
        }
        collected.append(contentsOf: bytes)
        if isLast { return .message(stream: stream, payloadProtocol: payloadProtocol, collected) }
        partial[stream] = .collecting(collected)
        return nil
    }
}
