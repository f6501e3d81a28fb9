internal import CFFmpeg

/// Owns an `AVFormatContext` that reads a file or from the network.
struct InputContext: ~Copyable {
    let pointer: UnsafeMutablePointer<AVFormatContext>
    private let path: String
    /// What the context calls while it reads from the network; lives as long as it.
    private let bridge: InputBridge?

    /// One stream of the file.
    struct Stream {
        var index: Int
        var parameters: StreamParameters
    }

    /// Opens a file, if `length` is given only its first so many bytes.
    static func opened(path: String, length: Int64? = nil) throws(MediaError) -> InputContext {
        MediaLog.bootstrap()
        // `file:` keeps a path with a colon from being taken for a protocol, and the list keeps a playlist from naming others.
        let url = length.map { "subfile,,start,0,end,\($0),,:file:\(path)" } ?? "file:\(path)"
        var options: OpaquePointer?
        av_dict_set(&options, "protocol_whitelist", "file,subfile", 0)
        defer { av_dict_free(&options) }
        var context: UnsafeMutablePointer<AVFormatContext>?
        let status = avformat_open_input(&context, url, nil, &options)
        guard status >= 0, let context else {
            throw MediaError(.invalidData, "\(path) cannot be read as media", status: status)
        }
        let input = InputContext(context, path: path)
        let found = avformat_find_stream_info(context, nil)
        guard found >= 0 else { throw MediaError(.invalidData, "\(path) cannot be read as media", status: found) }
        return input
    }

    init(_ pointer: UnsafeMutablePointer<AVFormatContext>, path: String, bridge: InputBridge? = nil) {
        self.pointer = pointer
        self.path = path
        self.bridge = bridge
    }

    deinit {
        var context: UnsafeMutablePointer<AVFormatContext>? = pointer
        avformat_close_input(&context)
    }

    /// The streams of picture and sound.
    var mediaStreams: [Stream] {
        (0..<Int(pointer.pointee.nb_streams)).compactMap { index in
            guard let stream = pointer.pointee.streams[index], let parameters = stream.pointee.codecpar else {
                return nil
            }
            let timescale = stream.pointee.time_base
            // Every container read here counts whole ticks; a rate like 1001/30000 is brought to its denominator by `read`.
            let result = Stream(
                index: index,
                parameters: StreamParameters(copying: parameters, timescale: timescale.den)
            )
            let isPicture = stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
            return result.parameters.kind == nil || isPicture ? nil : result
        }
    }

    /// Length of the longest stream in seconds, if the file tells.
    var duration: Double? {
        let ticks = pointer.pointee.duration
        return ticks == sluice_nopts() || ticks < 0 ? nil : Double(ticks) / Double(AV_TIME_BASE)
    }

    /// Average frames a second of a video stream, if known.
    func frameRate(ofStream index: Int) -> Double? {
        guard let stream = pointer.pointee.streams[index] else { return nil }
        let rate = stream.pointee.avg_frame_rate
        return rate.num > 0 && rate.den > 0 ? Double(rate.num) / Double(rate.den) : nil
    }

    /// The container by FFmpeg's name.
    var formatName: String { pointer.pointee.iformat.map { String(cString: $0.pointee.name) } ?? "" }

    /// Reads the next packet; false at the end.
    func read(_ packet: borrowing PacketHandle) throws(MediaError) -> Bool {
        packet.clear()
        let status = av_read_frame(pointer, packet.pointer)
        if status == Status.end { return false }
        guard status >= 0 else { throw MediaError(.invalidData, "\(path) is damaged", status: status) }
        bringToTimescale(packet)
        return true
    }

    /// Counts the times of a packet just read in whole parts of a second.
    func bringToTimescale(_ packet: borrowing PacketHandle) {
        let index = Int(packet.pointer.pointee.stream_index)
        guard let base = pointer.pointee.streams[index]?.pointee.time_base, base.num != 1 else { return }
        av_packet_rescale_ts(packet.pointer, base, AVRational(num: 1, den: base.den))
    }

    /// Goes back to the first packet.
    func rewind() throws(MediaError) {
        let status = avformat_seek_file(pointer, -1, Int64.min, 0, 0, 0)
        guard status >= 0 else { throw MediaError(.unsupported, "\(path) cannot be played again", status: status) }
    }
}
