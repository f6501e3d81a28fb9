internal import CFFmpeg

/// Owns an `AVFormatContext` that writes, and its file.
struct OutputContext: ~Copyable {
    private let pointer: UnsafeMutablePointer<AVFormatContext>
    private let path: String
    /// Where the bytes go if not into the file at `path`.
    private let sink: ByteSink?

    private init(path: String, formatName: String, sink: ByteSink?) throws(MediaError) {
        MediaLog.bootstrap()
        var context: UnsafeMutablePointer<AVFormatContext>?
        // `file:` keeps a path with a colon from being taken for a protocol.
        let status = avformat_alloc_output_context2(&context, nil, formatName, "file:\(path)")
        guard status >= 0, let context else {
            throw MediaError(.unsupported, "this FFmpeg cannot write \(formatName)", status: status)
        }
        self.path = path
        self.sink = sink
        pointer = context
        // Every fragment reaches the file as soon as it is complete.
        pointer.pointee.flush_packets = 1
        // One stream does not wait longer than this for another that is silent: it would be lost if the process were.
        pointer.pointee.max_interleave_delta = 1_000_000
    }

    deinit {
        if sink == nil {
            if pointer.pointee.pb != nil { avio_closep(&pointer.pointee.pb) }
        } else if pointer.pointee.pb != nil {
            av_freep(&pointer.pointee.pb.pointee.buffer)
            avio_context_free(&pointer.pointee.pb)
        }
        avformat_free_context(pointer)
    }

    /// A new file, or a stream into `sink`, whose header is written, or about to be.
    ///
    /// `path` is only a name if there is a sink.
    static func opened(
        path: String,
        formatName: String,
        streams: [StreamParameters],
        options: [String: String],
        sink: ByteSink? = nil
    ) throws(MediaError) -> OutputContext {
        guard !streams.isEmpty else { throw MediaError(.invalidConfiguration, "a file needs video or audio") }
        let output = try OutputContext(path: path, formatName: formatName, sink: sink)
        for parameters in streams { try output.addStream(parameters) }
        try output.open()
        try output.writeHeader(options: options)
        return output
    }

    private func addStream(_ parameters: StreamParameters) throws(MediaError) {
        guard let stream = avformat_new_stream(pointer, nil) else {
            throw MediaError(.codec, "no memory for a stream")
        }
        let status = avcodec_parameters_copy(stream.pointee.codecpar, parameters.pointer)
        guard status >= 0 else { throw MediaError(.codec, "no memory for a stream", status: status) }
        // The number that says which codec it is differs between containers; the muxer finds its own.
        stream.pointee.codecpar.pointee.codec_tag = 0
        stream.pointee.time_base = AVRational(num: 1, den: parameters.timescale)
    }

    private func open() throws(MediaError) {
        if let sink {
            pointer.pointee.pb = sink.makeStream()
            return
        }
        let status = avio_open2(&pointer.pointee.pb, "file:\(path)", AVIO_FLAG_WRITE, nil, nil)
        guard status >= 0 else { throw MediaError(.io, "cannot create \(path)", status: status) }
    }

    private func writeHeader(options: [String: String]) throws(MediaError) {
        var dictionary: OpaquePointer?
        for (key, value) in options { av_dict_set(&dictionary, key, value, 0) }
        defer { av_dict_free(&dictionary) }
        let status = avformat_write_header(pointer, &dictionary)
        guard status >= 0 else {
            throw MediaError(.unsupported, "these streams cannot be written to \(path)", status: status)
        }
        precondition(av_dict_count(dictionary) == 0, "the muxer does not know one of its options")
    }

    /// The ticks the container counts in; known once the header is written.
    func timeBase(ofStream index: Int) -> AVRational {
        precondition(index < pointer.pointee.nb_streams, "no such stream")
        return pointer.pointee.streams[index]?.pointee.time_base ?? AVRational(num: 1, den: 1)
    }

    var position: Int64 { pointer.pointee.pb.map { avio_tell($0) } ?? 0 }

    func write(_ packet: borrowing PacketHandle) throws(MediaError) {
        try check(av_write_frame(pointer, packet.pointer))
    }

    /// Holds the packet back until the other streams have come as far; `packet` is empty afterwards.
    func writeInterleaved(_ packet: borrowing PacketHandle) throws(MediaError) {
        try check(av_interleaved_write_frame(pointer, packet.pointer))
    }

    /// Writes what the muxer has gathered: a fragment, half-filled packets of a transport stream.
    func flush() throws(MediaError) {
        try check(av_write_frame(pointer, nil))
        avio_flush(pointer.pointee.pb)
        try check(0)
    }

    /// Sets an option of the muxer while it is at work.
    func set(_ option: String, to value: String) {
        let status = av_opt_set(pointer.pointee.priv_data, option, value, 0)
        precondition(status >= 0, "the muxer knows its options")
    }

    func writeTrailer() throws(MediaError) {
        try check(av_write_trailer(pointer))
    }

    /// Closes the file after everything has reached the disk.
    func close() throws(MediaError) {
        if let sink {
            avio_flush(pointer.pointee.pb)
            return try sink.check()
        }
        let status = avio_closep(&pointer.pointee.pb)
        guard status >= 0 else { throw MediaError(.io, "cannot write to \(path)", status: status) }
        try FileSync.synchronize(path)
    }

    private func check(_ status: Int32) throws(MediaError) {
        try sink?.check()
        // The muxer may swallow a failed write (a full disk); the file remembers it.
        let failed = min(status, pointer.pointee.pb?.pointee.error ?? 0)
        guard failed >= 0 else { throw MediaError(.io, "cannot write to \(path)", status: failed) }
    }
}
