internal import CFFmpeg
public import MediaWire

/// Writes encoded streams into a file.
///
/// Packets may come in any order between streams, but within a stream their decoding times must rise. Times below zero (B-frames,
/// a codec's priming samples) are kept exact by edit lists. Each stream needs a packet before the first fragment can be written.
public struct Muxer: ~Copyable, @unchecked Sendable {
    // Sendable: it has one owner, and whoever it is moved to is the only one to touch it.
    private let output: OutputContext
    private let packet: PacketHandle
    private let format: MuxerFormat
    private var tracks: [Track]

    /// A stream in the file.
    private struct Track {
        var kind: MediaKind
        var lastDTS: Int64?
    }

    /// Creates the file at `path`, replacing what is there, for the given streams; at least one.
    public init(
        path: String,
        format: MuxerFormat,
        video: StreamParameters?,
        audio: StreamParameters?
    ) throws(MediaError) {
        try self.init(path: path, format: format, streams: [video, audio].compactMap { $0 })
    }

    init(path: String, format: MuxerFormat, streams: [StreamParameters]) throws(MediaError) {
        let tracks = try streams.map { parameters throws(MediaError) in
            guard let kind = parameters.kind else {
                throw MediaError(.unsupported, "a stream of \(parameters.codecName) cannot be written to \(path)")
            }
            return Track(kind: kind)
        }
        output = try OutputContext.opened(path: path, streams: streams, options: format.options)
        packet = PacketHandle()
        self.format = format
        self.tracks = tracks
    }

    /// Writes a packet of the video or the audio stream, which must have been declared.
    public mutating func write(_ encoded: EncodedPacket, to kind: MediaKind) throws(MediaError) {
        guard let index = tracks.firstIndex(where: { $0.kind == kind }) else {
            throw MediaError(.invalidConfiguration, "the file has no \(kind) stream")
        }
        try packet.fill(with: encoded.data)
        defer { packet.clear() }
        let fields = packet.pointer
        fields.pointee.pts = encoded.pts
        fields.pointee.dts = encoded.dts
        fields.pointee.duration = encoded.duration
        fields.pointee.flags = encoded.isKeyFrame ? AV_PKT_FLAG_KEY : 0
        try write(stream: index, timescale: encoded.timescale)
    }

    /// Writes a packet as a demuxer read it, side data and all; `handle` is empty afterwards.
    mutating func write(_ handle: borrowing PacketHandle, stream: Int, timescale: Int32) throws(MediaError) {
        packet.clear()
        av_packet_move_ref(packet.pointer, handle.pointer)
        defer { packet.clear() }
        try write(stream: stream, timescale: timescale)
    }

    private mutating func write(stream index: Int, timescale: Int32) throws(MediaError) {
        let target = output.timeBase(ofStream: index)
        av_packet_rescale_ts(packet.pointer, AVRational(num: 1, den: timescale), target)
        let dts = packet.pointer.pointee.dts
        if let last = tracks[index].lastDTS, dts <= last {
            throw MediaError(.invalidData, "\(tracks[index].kind) packet at tick \(dts) does not follow tick \(last)")
        }
        tracks[index].lastDTS = dts
        packet.pointer.pointee.stream_index = Int32(index)
        // Fragments gather their samples by themselves; a plain file is written in the order of decoding.
        if case .fragmentedMP4 = format {
            try output.write(packet)
        } else {
            try output.writeInterleaved(packet)
        }
    }

    /// Bytes written so far.
    public var bytesWritten: Int64 { output.position }

    /// Completes the file and waits until it is on disk.
    public consuming func finish() throws(MediaError) {
        try output.writeTrailer()
        try output.close()
    }
}

extension MuxerFormat {
    /// `delay_moov` writes the header with the first fragment, when priming and reordering are known, so that edit lists
    /// are exact; `default_base_moof` makes a fragment independent of its place in the file.
    fileprivate var options: [String: String] {
        switch self {
        case .fragmentedMP4(let duration):
            let microseconds = duration / .microseconds(1)
            return [
                "movflags": "empty_moov+delay_moov+default_base_moof",
                "frag_duration": String(Int(max(1_000, min(microseconds, 60e6)))),
            ]
        case .mp4: return ["movflags": "faststart"]
        }
    }
}
