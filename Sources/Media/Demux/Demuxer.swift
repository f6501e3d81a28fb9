internal import CFFmpeg
public import MediaWire

/// Reads the encoded streams of a file.
public struct Demuxer: ~Copyable, @unchecked Sendable {
    // Sendable: it has one owner, and whoever it is moved to is the only one to touch it.
    private let input: InputContext
    private let packet: PacketHandle

    /// One stream of the file.
    public struct Stream: Sendable {
        /// Its number in the file.
        public let index: Int
        /// Picture or sound.
        public let kind: MediaKind
        /// What a decoder is opened with.
        public let parameters: StreamParameters
        /// Average frames a second of a video stream, if the file tells.
        public let frameRate: Double?
    }

    /// A packet and the stream it belongs to.
    public struct Packet: Sendable {
        /// `Stream.index`.
        public let stream: Int
        /// The bytes and times.
        public let content: EncodedPacket
        /// The codec's header from this packet on, if it changes here.
        public var header: [UInt8]?
    }

    /// The streams of picture and sound.
    public let streams: [Stream]

    /// Opens the file at `path`, in whatever container it is.
    public init(path: String) throws(MediaError) {
        let input = try InputContext.opened(path: path)
        var streams: [Stream] = []
        for stream in input.mediaStreams {
            guard let kind = stream.parameters.kind else { continue }
            let rate = kind == .video ? input.frameRate(ofStream: stream.index) : nil
            streams.append(Stream(index: stream.index, kind: kind, parameters: stream.parameters, frameRate: rate))
        }
        guard !streams.isEmpty else { throw MediaError(.noMedia, "\(path) holds neither video nor audio") }
        self.input = input
        self.streams = streams
        packet = PacketHandle()
    }

    /// The first stream of a kind.
    public func first(_ kind: MediaKind) -> Stream? {
        streams.first { $0.kind == kind }
    }

    /// The next packet of any stream of picture or sound; nil at the end of the file.
    public mutating func next() throws(MediaError) -> Packet? {
        while try input.read(packet) {
            let index = Int(packet.pointer.pointee.stream_index)
            guard let stream = streams.first(where: { $0.index == index }) else { continue }
            return Packet(stream: index, content: EncodedPacket(packet, timescale: stream.parameters.timescale))
        }
        return nil
    }

    /// Goes back to the first packet.
    public mutating func rewind() throws(MediaError) {
        try input.rewind()
    }
}
