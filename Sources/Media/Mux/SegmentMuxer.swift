public import MediaWire

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes encoded streams into one file after another, cut wherever the caller says, such that the files in a row are one
/// stream: times and continuity counters go on, and each file can be decoded from its first byte on (given the
/// initialization segment, if there is one).
///
/// Packets have to come in the order of decoding, and the first of a segment's pictures has to be a key frame. All times are
/// moved up by `shift`, so that none is negative: neither transport streams nor segments without edit lists can say that.
public struct SegmentMuxer: ~Copyable, @unchecked Sendable {
    // Sendable: it has one owner, and whoever it is moved to is the only one to touch it.

    /// What a segment is.
    public enum Container: Sendable, Hashable {
        /// An MPEG transport stream that begins with its tables (RFC 8216 §3.2).
        case mpegTS
        /// A fragment of MP4, behind a `styp`, that needs the initialization segment (RFC 8216 §3.3).
        case fragmentedMP4
    }

    /// Seconds added to every time.
    public static let shift: Int64 = 1

    /// What has to be read before any segment; nil for transport streams.
    public let initialization: [UInt8]?

    private var muxer: Muxer
    private let sink: ByteSink
    private let container: Container

    /// A muxer whose first segment goes to `path`.
    public init(
        container: Container,
        path: String,
        video: StreamParameters?,
        audio: StreamParameters?
    ) throws(MediaError) {
        let sink = ByteSink()
        let streams = [video, audio].compactMap { $0 }
        let output = try OutputContext.opened(
            path: path,
            formatName: container == .mpegTS ? "mpegts" : "mp4",
            streams: streams,
            options: container.options,
            sink: sink
        )
        var muxer = try Muxer(output, streams: streams, isInterleaved: false)
        // Before the first packet this is the header alone.
        if container == .fragmentedMP4 { try muxer.flush() }
        let initialization = container == .fragmentedMP4 ? sink.takeMemory() : nil
        try Self.begin(path, of: container, muxer, sink)
        self.initialization = initialization
        self.muxer = muxer
        self.sink = sink
        self.container = container
    }

    /// Writes a packet of the video or the audio stream, which must have been declared.
    public mutating func write(_ encoded: EncodedPacket, to kind: MediaKind) throws(MediaError) {
        var moved = encoded
        moved.pts += Self.shift * Int64(encoded.timescale)
        moved.dts += Self.shift * Int64(encoded.timescale)
        try muxer.write(moved, to: kind)
    }

    /// Completes the segment, begins the next at `path`, and returns the completed one's size.
    public mutating func cut(to path: String) throws(MediaError) -> Int64 {
        let size = try end()
        try Self.begin(path, of: container, muxer, sink)
        return size
    }

    /// Completes the last segment and returns its size; nothing may be written afterwards.
    public mutating func finish() throws(MediaError) -> Int64 {
        try end()
    }

    /// Bytes of the segment that is being written, as far as they have reached its file.
    public var bytesWritten: Int64 { sink.count }

    private static func begin(
        _ path: String,
        of container: Container,
        _ muxer: borrowing Muxer,
        _ sink: ByteSink
    ) throws(MediaError) {
        try sink.begin(path)
        switch container {
        // Whoever begins here needs the tables again; they are due before the next packet.
        case .mpegTS: muxer.set("mpegts_flags", to: "+resend_headers")
        case .fragmentedMP4:
            // Makes the fragment say its own time rather than the sum of the durations before it.
            muxer.set("movflags", to: "+frag_discont")
            _ = segmentType.withUnsafeBytes { sink.append($0) }
            try sink.check()
        }
    }

    private mutating func end() throws(MediaError) -> Int64 {
        try muxer.writeHeld()
        try muxer.flush()
        return try sink.end()
    }
}

extension SegmentMuxer.Container {
    fileprivate var options: [String: String] {
        switch self {
        // The times are right as they are: nothing is to be moved to zero.
        case .mpegTS: ["avoid_negative_ts": "disabled"]
        case .fragmentedMP4:
            [
                "movflags": "empty_moov+default_base_moof+frag_custom+frag_discont", "use_editlist": "0",
                "avoid_negative_ts": "disabled",
            ]
        }
    }
}

/// A segment type box: a media segment of brand `msdh` (ISO/IEC 14496-12, 8.16.2; ISO/IEC 23009-1, 6.3.4.2).
private let segmentType: [UInt8] = [0, 0, 0, 20] + "styp".utf8 + "msdh".utf8 + [0, 0, 0, 0] + "msdh".utf8
