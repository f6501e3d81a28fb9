import MediaWire

@testable import Ingress

/// Builds what publishers send, by hand.
struct RTMPScript {
    private(set) var bytes: [UInt8] = []
    private var writer = ChunkWriter()

    /// C0, C1 and C2: of a client that proves itself to Adobe's servers if `hasDigest`.
    mutating func shakeHands(hasDigest: Bool = false) {
        bytes.append(3)
        bytes += [0, 0, 0, 7] + (hasDigest ? [9, 0, 124, 2] : [0, 0, 0, 0])
        bytes += (0..<1528).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        bytes += [UInt8](repeating: 0xC2, count: 1536)
    }

    mutating func send(_ message: RTMPMessage) {
        bytes += writer.bytes(of: message)
    }

    mutating func command(_ values: AMFValue..., stream: UInt32 = 0, isAMF3: Bool = false) {
        let payload = AMFWriter.bytes(of: values)
        send(
            RTMPMessage(
                chunkStream: 3,
                type: isAMF3 ? .commandAMF3 : .command,
                stream: stream,
                payload: isAMF3 ? [0] + payload : payload
            )
        )
    }

    mutating func setChunkSize(_ size: Int) {
        send(ProtocolControl.message(.setChunkSize, UInt32(size)))
        writer.chunkSize = size
    }

    /// As OBS 29 does it, up to the publish command.
    mutating func openLikeOBS(app: String = "live", key: String = "KEY", isEnhanced: Bool = false) {
        setChunkSize(4096)
        var properties = [
            AMFProperty("app", .string(app)),
            AMFProperty("type", .string("nonprivate")),
            AMFProperty("flashVer", .string("FMLE/3.0 (compatible; FMSc/1.0)")),
            AMFProperty("swfUrl", .string("rtmp://host/\(app)")),
            AMFProperty("tcUrl", .string("rtmp://host/\(app)")),
        ]
        if isEnhanced {
            let codes = ["av01", "hvc1"].map { AMFValue.string($0) }
            properties.append(AMFProperty("fourCcList", .strictArray(codes)))
        }
        command(.string("connect"), .number(1), .object(properties))
        command(.string("releaseStream"), .number(2), .null, .string(key))
        command(.string("FCPublish"), .number(3), .null, .string(key))
        command(.string("createStream"), .number(4), .null)
        command(.string("publish"), .number(5), .null, .string(key), .string("live"), stream: 1)
    }

    mutating func video(_ payload: [UInt8], at timestamp: UInt32) {
        send(RTMPMessage(chunkStream: 4, timestamp: timestamp, type: .video, stream: 1, payload: payload))
    }

    mutating func audio(_ payload: [UInt8], at timestamp: UInt32) {
        send(RTMPMessage(chunkStream: 4, timestamp: timestamp, type: .audio, stream: 1, payload: payload))
    }

    mutating func metadata(_ properties: [AMFProperty]) {
        let values: [AMFValue] = [.string("@setDataFrame"), .string("onMetaData"), .ecmaArray(properties)]
        send(RTMPMessage(chunkStream: 4, type: .data, stream: 1, payload: AMFWriter.bytes(of: values)))
    }

    /// A whole short session: H.264 and AAC, an aggregate, and the end.
    static var obsSession: [UInt8] {
        var script = RTMPScript()
        script.shakeHands()
        script.openLikeOBS(isEnhanced: true)
        script.metadata([AMFProperty("width", .number(64)), AMFProperty("height", .number(48))])
        script.video(MediaTags.avcHeader, at: 0)
        script.audio(MediaTags.aacHeader, at: 0)
        for frame in 0..<4 {
            script.video(MediaTags.avcFrame(isKey: frame == 0, offset: 33), at: UInt32(frame * 33))
            script.audio(MediaTags.aacFrame, at: UInt32(frame * 23))
        }
        script.send(MediaTags.aggregate(at: 200))
        script.command(.string("FCUnpublish"), .number(6), .null, .string("KEY"))
        script.command(.string("deleteStream"), .number(7), .null, .number(1))
        return script.bytes
    }
}
