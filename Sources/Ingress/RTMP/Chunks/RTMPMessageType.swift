/// What a message is (Adobe, RTMP 1.0, §5.4, §6.2 and §7.1).
struct RTMPMessageType: RawRepresentable, Hashable, Sendable {
    var rawValue: UInt8

    static let setChunkSize = Self(rawValue: 1)
    static let abort = Self(rawValue: 2)
    static let acknowledgement = Self(rawValue: 3)
    static let userControl = Self(rawValue: 4)
    static let windowAcknowledgementSize = Self(rawValue: 5)
    static let setPeerBandwidth = Self(rawValue: 6)
    static let audio = Self(rawValue: 8)
    static let video = Self(rawValue: 9)
    /// A data message of a client that speaks AMF 3; what encoders send in it is AMF 0 behind a byte.
    static let dataAMF3 = Self(rawValue: 15)
    /// A command of a client that speaks AMF 3; what encoders send in it is AMF 0 behind a byte.
    static let commandAMF3 = Self(rawValue: 17)
    static let data = Self(rawValue: 18)
    static let command = Self(rawValue: 20)
    static let aggregate = Self(rawValue: 22)

    /// Whether its size is that of pictures and sound.
    var isMedia: Bool { self == .audio || self == .video || self == .aggregate }
}
