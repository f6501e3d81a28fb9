import MediaWire

@testable import Ingress

/// Bodies of audio and video messages as encoders send them.
enum MediaTags {
    /// `avcC` of ffmpeg's libx264, 64×48.
    static let avcC: [UInt8] = [
        0x01, 0x4D, 0x40, 0x0A, 0xFF, 0xE1, 0x00, 0x17, 0x67, 0x4D, 0x40, 0x0A, 0xEC, 0xA2, 0x3D, 0x80, 0x88, 0x00,
        0x00, 0x03, 0x00, 0x08, 0x00, 0x00, 0x03, 0x00, 0xA0, 0x78, 0x91, 0x2C, 0xB0, 0x01, 0x00, 0x05, 0x68, 0xCE,
        0x01, 0x67, 0x20,
    ]
    /// AAC LC, 44.1 kHz, mono, with ffmpeg's mark of no SBR.
    static let aacConfig: [UInt8] = [0x12, 0x08, 0x56, 0xE5, 0x00]
    /// OpusHead, two channels.
    static let opusHead: [UInt8] = Array("OpusHead".utf8) + [1, 2, 0x38, 0x01, 0x80, 0xBB, 0, 0, 0, 0, 0]

    static let avcHeader: [UInt8] = [0x17, 0, 0, 0, 0] + avcC
    static let avcEnd: [UInt8] = [0x17, 2, 0, 0, 0]
    static let aacHeader: [UInt8] = [0xAF, 0] + aacConfig
    static let aacFrame: [UInt8] = [0xAF, 1, 0x21, 0x10, 0x04]

    static func avcFrame(isKey: Bool, offset: Int32 = 0) -> [UInt8] {
        var tag: [UInt8] = [isKey ? 0x17 : 0x27, 1]
        tag.append(bigEndian24: UInt32(bitPattern: offset))
        return tag + [0, 0, 0, 2, isKey ? 0x65 : 0x41, 0x9A]
    }

    /// A tag with a FourCC: `first` is everything of the first byte.
    static func enhanced(_ first: UInt8, _ fourCC: String, _ body: [UInt8]) -> [UInt8] {
        [first] + Array(fourCC.utf8) + body
    }

    /// Two sounds and a picture in one message; their own times begin at 1000.
    static func aggregate(at timestamp: UInt32) -> RTMPMessage {
        var payload: [UInt8] = []
        let parts: [(UInt8, UInt32, [UInt8])] = [
            (8, 1000, aacFrame), (9, 1010, avcFrame(isKey: false)), (8, 1023, aacFrame),
        ]
        for (type, time, body) in parts {
            payload.append(type)
            payload.append(bigEndian24: UInt32(body.count))
            payload.append(bigEndian24: time)
            payload += [UInt8(time >> 24), 0, 0, 0]
            payload += body
            payload.append(bigEndian: UInt32(body.count + 11))
        }
        return RTMPMessage(chunkStream: 4, timestamp: timestamp, type: .aggregate, stream: 1, payload: payload)
    }
}
