internal import CFFmpeg
public import MediaWire

/// Writes encoded streams into a file.
///
/// Packets may come in any order between streams, but within a stream their decoding times must rise. Times below zero (B-frames,
/// a codec's priming samples) are kept exact by edit lists. Each stream needs a packet before the first fragment can be written.
/// A packet without a duration lasts until the next of its stream, and is written when that one comes.
public struct Muxer: ~Copyable, @unchecked Sendable {
    // Sendable: it has one owner, and whoever it is moved to is the only one to touch it.
    private let output: OutputContext
    private let packet: PacketHandle
    private let isInterleaved: Bool
    private var tracks: [Track]

    /// A stream in the file.
    private struct Track {
        var kind: MediaKind
        var durations: PacketDurations
        /// The last packet's decoding time as it was given, and in the container's ticks.
        var lastDTS: Int64?
        var lastTick: Int64?
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
        let output = try OutputContext.opened(
            path: path,
            formatName: format.name,
            streams: streams,
            options: format.options
        )
        try self.init(output, streams: streams, isInterleaved: format.isInterleaved)
    }

    init(
        _ output: consuming OutputContext,
        streams: [StreamParameters],
        isInterleaved: Bool
    ) throws(MediaError) {
        tracks = try streams.map { parameters throws(MediaError) in
            guard let kind = parameters.kind else {
                throw MediaError(.unsupported, "a stream of \(parameters.codecName) cannot be written")
            }
            return Track(kind: kind, durations: PacketDurations(codec: parameters.codec))
        }
        self.output = output
        packet = PacketHandle()
        self.isInterleaved = isInterleaved
    }

    /// Writes a packet of the video or the audio stream, which must have been declared.
    public mutating func write(_ encoded: EncodedPacket, to kind: MediaKind) throws(MediaError) {
        guard let index = tracks.firstIndex(where: { $0.kind == kind }) else {
            throw MediaError(.invalidConfiguration, "the file has no \(kind) stream")
        }
        // Compared before rounding to the container's ticks, which may be coarser (Matroska's milliseconds).
        if let last = tracks[index].lastDTS, encoded.dts <= last {
            throw MediaError(.invalidData, "\(kind) packet at tick \(encoded.dts) does not follow tick \(last)")
        }
        tracks[index].lastDTS = encoded.dts
        if let complete = tracks[index].durations.complete(with: encoded) { try write(complete, stream: index) }
    }

    private mutating func write(_ encoded: EncodedPacket, stream index: Int) throws(MediaError) {
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
        let fields = packet.pointer
        av_packet_rescale_ts(fields, AVRational(num: 1, den: timescale), output.timeBase(ofStream: index))
        if let last = tracks[index].lastTick, fields.pointee.dts <= last {
            // Two packets within one tick: the later one moves to the next.
            fields.pointee.dts = last + 1
            fields.pointee.pts = max(fields.pointee.pts, last + 1)
        }
        tracks[index].lastTick = fields.pointee.dts
        fields.pointee.stream_index = Int32(index)
        if isInterleaved {
            try output.writeInterleaved(packet)
        } else {
            try output.write(packet)
        }
    }

    /// Bytes written so far.
    public var bytesWritten: Int64 { output.position }

    /// Writes the packets that wait for their duration.
    mutating func writeHeld() throws(MediaError) {
        for index in tracks.indices {
            if let last = tracks[index].durations.flush() { try write(last, stream: index) }
        }
    }

    /// Hands on what the container's writer has gathered: a fragment, a cluster, half-filled packets.
    mutating func flush() throws(MediaError) {
        try output.flush()
    }

    /// Sets an option of the container's writer while it is at work.
    func set(_ option: String, to value: String) {
        output.set(option, to: value)
    }

    /// Completes the file and waits until it is on disk.
    public consuming func finish() throws(MediaError) {
        try writeHeld()
        try output.writeTrailer()
        try output.close()
    }
}
