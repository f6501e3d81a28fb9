internal import CFFmpeg
public import MediaWire

/// A live stream to one server: FLV over RTMP or RTMPS, MPEG-TS over SRT.
///
/// Every call may wait for the network, up to its limit; a ``StreamControl`` ends that early. After an error nothing more can be
/// sent. No error holds a secret of the target.
public struct StreamConnection: ~Copyable, @unchecked Sendable {
    // Sendable: it has one owner, and whoever it is moved to is the only one to touch it.
    private let context: StreamContext
    private let packet: PacketHandle
    private var tracks: [Track]

    /// A stream in the container.
    private struct Track {
        var kind: MediaKind
        var lastDTS = Int64.min
    }

    /// Connects, and sends what a receiver has to know before the first packet.
    ///
    /// `limit` bounds the whole of it.
    public init(
        to target: StreamTarget,
        video: StreamParameters?,
        audio: StreamParameters?,
        trust: StreamTrust = StreamTrust(),
        control: StreamControl,
        limit: Duration = .seconds(10)
    ) throws(MediaError) {
        let streams = [video, audio].compactMap { $0 }
        var tracks: [Track] = []
        for stream in streams {
            guard let kind = stream.kind else {
                throw MediaError(.unsupported, "a stream of \(stream.codecName) cannot be sent to \(target.place)")
            }
            // FLV has no place for parameter sets between pictures.
            if stream.codec == .h264, stream.extradata.isEmpty, case .rtmp = target {
                throw MediaError(.invalidConfiguration, "an H.264 stream for RTMP needs its parameter sets beforehand")
            }
            tracks.append(Track(kind: kind))
        }
        guard !tracks.isEmpty else { throw MediaError(.invalidConfiguration, "a live stream needs video or audio") }
        let context = try StreamContext(target: target, control: control)
        for stream in streams { try context.addStream(stream) }
        control.begin(limit: limit)
        try context.connect(trust: trust)
        self.context = context
        self.tracks = tracks
        packet = PacketHandle()
    }

    /// Sends a packet; times start near 0.
    ///
    /// Packets of the two kinds are put in order where they are less than a second and a half apart. One whose decoding time
    /// does not follow the last one's, in the container's ticks, is left out.
    public mutating func write(
        _ encoded: EncodedPacket,
        to kind: MediaKind,
        limit: Duration = .seconds(30)
    ) throws(MediaError) {
        guard let index = tracks.firstIndex(where: { $0.kind == kind }) else {
            throw MediaError(.invalidConfiguration, "the live stream has no \(kind)")
        }
        try packet.fill(with: encoded.data)
        defer { packet.clear() }
        let fields = packet.pointer
        fields.pointee.pts = encoded.pts
        fields.pointee.dts = encoded.dts
        fields.pointee.duration = encoded.duration
        fields.pointee.flags = encoded.isKeyFrame ? AV_PKT_FLAG_KEY : 0
        fields.pointee.stream_index = Int32(index)
        av_packet_rescale_ts(
            fields,
            AVRational(num: 1, den: encoded.timescale),
            context.timeBase(ofStream: index)
        )
        guard fields.pointee.dts > tracks[index].lastDTS else { return }
        tracks[index].lastDTS = fields.pointee.dts
        context.control.begin(limit: limit)
        try context.write(packet)
    }

    /// Bytes handed to the network so far.
    public var bytesWritten: Int64 { context.position }

    /// Says that the stream is over, and closes the connection.
    public consuming func finish(limit: Duration = .seconds(3)) throws(MediaError) {
        context.control.begin(limit: limit)
        try context.finish()
    }
}
