internal import MediaWire

// What commands do.
extension RTMPConnection.StateMachine {
    mutating func handleCommand(_ message: RTMPMessage, at now: Instant) throws(RTMPError) {
        let command: RTMPCommand
        do {
            command = try RTMPCommand(message.payload, isAMF3: message.type == .commandAMF3)
        } catch {
            throw .malformed(error)
        }
        if case .connecting = state {
            guard command.name == "connect" else {
                throw .misplacedCommand(name: "another command", state: "before connect")
            }
            return connect(command)
        }
        switch command.name {
        case "connect": throw .misplacedCommand(name: "connect", state: "on a connection that is connected")
        case "createStream": createStream(command)
        case "publish": publish(command, on: message.stream, at: now)
        case "deleteStream", "closeStream": stop(command, on: message.stream, at: now)
        case "releaseStream", "_checkbw": send(RTMPAnswer.result(command.transaction, .null, .undefined))
        case "FCPublish":
            send(RTMPAnswer.result(command.transaction, .null, .undefined))
            send(RTMPAnswer.announcement("onFCPublish", code: "NetStream.Publish.Start"))
        case "FCUnpublish":
            hasSaidGoodbye = true
            send(RTMPAnswer.result(command.transaction, .null, .undefined))
            send(RTMPAnswer.announcement("onFCUnpublish", code: "NetStream.Unpublish.Success"))
        case "play", "play2": refusePlaying(on: message.stream)
        // Answers to what we never asked.
        case "_result", "_error", "onStatus": break
        default: if command.transaction != 0 { send(RTMPAnswer.unknownCall(command.transaction)) }
        }
    }

    private mutating func connect(_ command: RTMPCommand) {
        let object = command.arguments.first
        state = .ready(application: object?["app"]?.text ?? "")
        send(ProtocolControl.message(.windowAcknowledgementSize, RTMPAnswer.window))
        send(ProtocolControl.peerBandwidth(RTMPAnswer.window))
        announceChunkSize(RTMPAnswer.chunkSize)
        let properties = ["fourCcList", "capsEx", "videoFourCcInfoMap", "audioFourCcInfoMap"]
        let isEnhanced = properties.contains { object?[$0] != nil }
        send(RTMPAnswer.connected(command.transaction, enhanced: isEnhanced))
    }

    private mutating func createStream(_ command: RTMPCommand) {
        guard createdStreams < limits.createdStreams else {
            send(RTMPAnswer.unknownCall(command.transaction))
            return
        }
        createdStreams += 1
        send(RTMPAnswer.result(command.transaction, .null, .number(Double(createdStreams))))
    }

    private mutating func publish(_ command: RTMPCommand, on stream: UInt32, at now: Instant) {
        guard case .ready(let application) = state else {
            let reason = RTMPRefusal.alreadyPublishing
            send(RTMPAnswer.status(stream, "error", reason.code, "This connection publishes already."))
            return
        }
        let name = command.arguments.dropFirst().first?.text ?? ""
        guard let publication = RTMPPublication(application: application, publishingName: name) else {
            self.stream = stream
            return refuse(.unknownKey, at: now)
        }
        ask(publication, on: stream, at: now)
    }

    /// `deleteStream` names the stream, `closeStream` comes on it.
    private mutating func stop(_ command: RTMPCommand, on stream: UInt32, at now: Instant) {
        switch state {
        case .admitting, .publishing: break
        case .handshaking, .connecting, .ready, .lingering, .closed: return
        }
        let named = command.name == "deleteStream" ? command.arguments.dropFirst().first?.number : Double(stream)
        guard named ?? Double(self.stream) == Double(self.stream) else { return }
        finish(at: now)
    }

    private mutating func refusePlaying(on stream: UInt32) {
        send(
            RTMPAnswer.status(
                stream,
                "error",
                "NetStream.Play.StreamNotFound",
                "This server takes streams in and plays none."
            )
        )
    }
}
