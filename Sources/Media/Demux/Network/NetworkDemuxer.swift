internal import CFFmpeg
internal import MediaWire

/// Reads the first stream of pictures and the first of sound from the network.
///
/// Opening and every read may wait, up to their limits; a ``StreamControl`` ends that early. No error holds a secret of the source.
public struct NetworkDemuxer: ~Copyable, @unchecked Sendable {
    // Sendable: it has one owner, and whoever it is moved to is the only one to touch it.
    private let input: InputContext
    private let bridge: InputBridge
    private let packet: PacketHandle
    private let concealed: ConcealedText
    private let place: String

    /// At most one of each kind.
    public let streams: [Demuxer.Stream]

    /// Times beyond so many seconds are nobody's clock: they are left out, so that sums of them fit 64 bits.
    private static let latestTime: Int64 = 4_000_000_000
    /// Bytes of one frame at most.
    private static let largestPacket: Int32 = 16 << 20
    /// Bytes of a codec's header at most.
    private static let largestHeader = 65_536

    /// Opens a source; `limit` bounds the whole of it.
    public init(
        _ source: NetworkSource,
        bounds: ProbeBounds = ProbeBounds(),
        control: StreamControl,
        limit: Duration = .seconds(20)
    ) throws(MediaError) {
        let concealed = ConcealedText(source.secrets)
        let opener: (any MediaOpener)? = if case .opened(_, _, let opener) = source { opener } else { nil }
        let bridge = InputBridge(control: control, opener: opener)
        control.begin(limit: limit)
        let input = try InputContext.opened(source, bounds: bounds, bridge: bridge)
        var streams: [Demuxer.Stream] = []
        for stream in input.mediaStreams {
            guard let kind = stream.parameters.kind, !streams.contains(where: { $0.kind == kind }) else { continue }
            let rate = kind == .video ? input.frameRate(ofStream: stream.index) : nil
            streams.append(
                Demuxer.Stream(index: stream.index, kind: kind, parameters: stream.parameters, frameRate: rate)
            )
        }
        guard !streams.isEmpty else {
            throw MediaError(.noMedia, "\(source.place) holds neither video nor audio")
        }
        input.select(streams.map(\.index))
        self.concealed = concealed
        self.bridge = bridge
        self.input = input
        self.streams = streams
        place = source.place
        packet = PacketHandle()
    }

    /// The container by FFmpeg's name.
    public var container: String { input.formatName }

    /// The next packet of one of the streams; nil at the end.
    ///
    /// Those without a usable time are left out.
    public mutating func next(limit: Duration = .seconds(20)) throws(MediaError) -> Demuxer.Packet? {
        bridge.control.begin(limit: limit)
        while true {
            packet.clear()
            let (context, handle) = (input.pointer, packet.pointer)
            let outcome = LogCapture.run { av_read_frame(context, handle) }
            guard !bridge.mustStop else { throw bridge.failure(of: "\(place) broke off", outcome) }
            if outcome.result == Status.again { continue }
            if outcome.result == Status.end {
                // Some demuxers say that all is read where reading failed.
                guard let failure = bridge.failure else { return nil }
                throw MediaError(.io, "\(place) broke off", underlying: failure.description)
            }
            guard outcome.result >= 0 else { throw bridge.failure(of: "\(place) broke off", outcome) }
            let index = Int(handle.pointee.stream_index)
            guard let stream = streams.first(where: { $0.index == index }) else { continue }
            input.bringToTimescale(packet)
            guard isUsable(timescale: stream.parameters.timescale) else { continue }
            var content = EncodedPacket(packet, timescale: stream.parameters.timescale)
            content.pts = max(content.pts, content.dts)
            return Demuxer.Packet(stream: index, content: content, header: newHeader())
        }
    }

    /// The codec's header that comes with the packet.
    private func newHeader() -> [UInt8]? {
        var size = 0
        let bytes = av_packet_get_side_data(packet.pointer, AV_PKT_DATA_NEW_EXTRADATA, &size)
        guard let bytes, (1...Self.largestHeader).contains(size) else { return nil }
        return Array(UnsafeBufferPointer(start: bytes, count: size))
    }

    private func isUsable(timescale: Int32) -> Bool {
        let fields = packet.pointer.pointee
        let times = [fields.pts, fields.dts].filter { $0 != sluice_nopts() }
        let limit = Self.latestTime * Int64(timescale)
        return !times.isEmpty && times.allSatisfy { $0 >= -limit && $0 <= limit } && fields.size > 0
            && fields.size <= Self.largestPacket && timescale > 0 && (0...limit).contains(fields.duration)
    }
}
