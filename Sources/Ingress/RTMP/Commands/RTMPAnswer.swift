internal import MediaWire

/// What a server says to a publisher.
///
/// The texts are those that clients show to people; the codes are those that they compare.
enum RTMPAnswer {
    /// Bytes that we, and the peer, may have on their way; what Adobe's servers say, times a thousand.
    static let window: UInt32 = 2_500_000
    /// The size of our chunks, which ffmpeg takes over for its own.
    static let chunkSize = 4096

    /// The chunk streams that clients expect answers on.
    private enum ChunkStreamID {
        static let command = 3
        static let status = 5
    }

    /// The answer to `connect` (RTMP 1.0 §7.2.1.1).
    static func connected(_ transaction: Double, enhanced: Bool) -> RTMPMessage {
        let capabilities = enhanced ? enhancedCapabilities : []
        return result(
            transaction,
            .object(
                [
                    AMFProperty("fmsVer", .string("FMS/3,0,1,123")),
                    AMFProperty("capabilities", .number(31)),
                ] + capabilities
            ),
            .object(
                [
                    AMFProperty("level", .string("status")),
                    AMFProperty("code", .string("NetConnection.Connect.Success")),
                    AMFProperty("description", .string("Connection succeeded.")),
                    AMFProperty("objectEncoding", .number(0)),
                ] + capabilities
            )
        )
    }

    /// What we can do, for clients that say what they can (Enhanced RTMP v2, "Enhancing NetConnection connect Command").
    ///
    /// Clients look for it in either object.
    private static var enhancedCapabilities: [AMFProperty] {
        // Can decode, and can forward.
        let mask = AMFValue.number(5)
        let all = FourCC.supportedVideo + FourCC.supportedAudio
        return [
            AMFProperty("fourCcList", .strictArray(all.map { .string($0.text) })),
            AMFProperty("videoFourCcInfoMap", .object(FourCC.supportedVideo.map { AMFProperty($0.text, mask) })),
            AMFProperty("audioFourCcInfoMap", .object(FourCC.supportedAudio.map { AMFProperty($0.text, mask) })),
            // Modifiers are understood (4); no reconnecting on request (1), no several tracks (2).
            AMFProperty("capsEx", .number(4)),
        ]
    }

    /// The answer to a call that went well.
    static func result(_ transaction: Double, _ values: AMFValue...) -> RTMPMessage {
        command([.string("_result"), .number(transaction)] + values)
    }

    /// The answer to a call that we do not know.
    static func unknownCall(_ transaction: Double) -> RTMPMessage {
        command([
            .string("_error"), .number(transaction), .null,
            information("error", "NetConnection.Call.Failed", "This call is not known here."),
        ])
    }

    /// What Flash Media Live Encoder waits for after `FCPublish` and `FCUnpublish`.
    static func announcement(_ name: String, code: String) -> RTMPMessage {
        command([.string(name), .number(0), .null, information("status", code, "")])
    }

    /// How a stream does (RTMP 1.0 §7.2.2).
    static func status(_ stream: UInt32, _ level: String, _ code: String, _ description: String) -> RTMPMessage {
        var message = command([.string("onStatus"), .number(0), .null, information(level, code, description)])
        message.chunkStream = ChunkStreamID.status
        message.stream = stream
        return message
    }

    private static func information(_ level: String, _ code: String, _ description: String) -> AMFValue {
        .object([
            AMFProperty("level", .string(level)),
            AMFProperty("code", .string(code)),
            AMFProperty("description", .string(description)),
        ])
    }

    private static func command(_ values: [AMFValue]) -> RTMPMessage {
        RTMPMessage(chunkStream: ChunkStreamID.command, type: .command, payload: AMFWriter.bytes(of: values))
    }
}
