internal import MediaWire

// What messages do.
extension RTMPConnection.StateMachine {
    mutating func handle(_ message: RTMPMessage, at now: Instant) throws(RTMPError) {
        switch message.type {
        case .userControl:
            if let ping = try ProtocolControl.ping(in: message.payload) {
                send(ProtocolControl.userEvent(.pingResponse, ping))
            }
        case .windowAcknowledgementSize:
            acknowledge(every: try ProtocolControl.number(message.payload, in: "Window Acknowledgement Size"))
        case .audio, .video, .data, .dataAMF3: try handleMedia(message, at: now)
        case .aggregate:
            let parts: [RTMPMessage]
            do { parts = try AggregateMessage.messages(in: message) } catch { return try countMalformedTag() }
            for part in parts where isListening && part.type != .aggregate { try handleMedia(part, at: now) }
        case .command, .commandAMF3: try handleCommand(message, at: now)
        // What a peer says of our bytes, and of objects that are shared with nobody, means nothing to us.
        default: break
        }
    }

    private mutating func handleMedia(_ message: RTMPMessage, at now: Instant) throws(RTMPError) {
        switch state {
        case .admitting, .publishing: break
        case .handshaking, .connecting, .ready, .lingering, .closed: return
        }
        do throws(FLVError) {
            switch message.type {
            case .audio: deliver(try demuxer.receiveAudio(message.payload, at: message.timestamp))
            case .video: deliver(try demuxer.receiveVideo(message.payload, at: message.timestamp))
            case .data, .dataAMF3: demuxer.receiveData(try Self.values(of: message))
            default: break
            }
        } catch {
            switch error {
            case .malformed: try countMalformedTag()
            case .unsupported(let codec): refuse(.unsupportedCodec(codec), at: now)
            }
        }
    }

    private static func values(of message: RTMPMessage) throws(FLVError) -> [AMFValue] {
        let isWrapped = message.type == .dataAMF3 && message.payload.first == 0
        var reader = AMFReader(message.payload, from: isWrapped ? 1 : 0)
        do { return try reader.readAll() } catch { throw .malformed(error) }
    }

    private mutating func countMalformedTag() throws(RTMPError) {
        malformedTags += 1
        guard malformedTags <= limits.malformedTags else { throw .tooManyMalformedTags(limit: limits.malformedTags) }
    }
}
