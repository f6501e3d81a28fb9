internal import CFFmpeg

/// Owns an `AVFormatContext` that writes to a server, and its connection.
struct StreamContext: ~Copyable {
    /// Packets of one kind are held back no longer than this for the other's, in microseconds: kinds come within a second of
    /// each other, unless one of them pauses.
    private static let interleaving: Int64 = 1_500_000
    /// What saying goodbye to a connection that has failed may take.
    private static let goodbye = Duration.milliseconds(500)

    private let pointer: UnsafeMutablePointer<AVFormatContext>
    private let target: StreamTarget
    private let concealed: ConcealedText
    let control: StreamControl

    init(target: StreamTarget, control: StreamControl) throws(MediaError) {
        MediaLog.bootstrap()
        var context: UnsafeMutablePointer<AVFormatContext>?
        let status = avformat_alloc_output_context2(&context, nil, target.formatName, nil)
        guard status >= 0, let context else {
            throw MediaError(.unsupported, "this FFmpeg cannot write \(target.formatName)", status: status)
        }
        self.target = target
        self.control = control
        concealed = ConcealedText(target.secrets)
        pointer = context
        pointer.pointee.interrupt_callback = control.callback
        // Every packet goes out at once.
        pointer.pointee.flush_packets = 1
        pointer.pointee.max_interleave_delta = Self.interleaving
    }

    deinit {
        if pointer.pointee.pb != nil {
            control.begin(limit: Self.goodbye)
            avio_closep(&pointer.pointee.pb)
        }
        avformat_free_context(pointer)
    }

    func addStream(_ parameters: StreamParameters) throws(MediaError) {
        guard let stream = avformat_new_stream(pointer, nil) else {
            throw MediaError(.codec, "no memory for a stream")
        }
        let status = avcodec_parameters_copy(stream.pointee.codecpar, parameters.pointer)
        guard status >= 0 else { throw MediaError(.codec, "no memory for a stream", status: status) }
        // The number that says which codec it is differs between containers; the muxer finds its own.
        stream.pointee.codecpar.pointee.codec_tag = 0
        stream.pointee.time_base = AVRational(num: 1, den: parameters.timescale)
    }

    /// Connects and writes the container's header.
    func connect(trust: StreamTrust) throws(MediaError) {
        var callback = control.callback
        var options = Options(target.options(trust: trust))
        let opened = LogCapture.run {
            avio_open2(&pointer.pointee.pb, target.address, AVIO_FLAG_WRITE, &callback, &options.dictionary)
        }
        guard opened.result >= 0 else { throw failure("cannot connect to \(target.place)", opened) }
        var muxing = Options(target.muxerOptions)
        let written = LogCapture.run { avformat_write_header(pointer, &muxing.dictionary) }
        guard written.result >= 0 else {
            throw failure("\(target.place) does not take the stream's header", written)
        }
        // A header that was refused by the network rather than by the muxer.
        try check((pointer.pointee.pb?.pointee.error ?? 0, written.complaint))
    }

    /// The ticks the container counts in; known once it is connected.
    func timeBase(ofStream index: Int) -> AVRational {
        precondition(index < pointer.pointee.nb_streams, "no such stream")
        return pointer.pointee.streams[index]?.pointee.time_base ?? AVRational(num: 1, den: 1)
    }

    var position: Int64 { pointer.pointee.pb.map { avio_tell($0) } ?? 0 }

    /// Sends a packet in the order of decoding; `packet` is empty afterwards.
    func write(_ packet: borrowing PacketHandle) throws(MediaError) {
        let handle = packet.pointer
        try check(LogCapture.run { av_interleaved_write_frame(pointer, handle) })
    }

    /// Sends what is held back, and goodbye.
    func finish() throws(MediaError) {
        try check(LogCapture.run { av_write_trailer(pointer) })
        try check(LogCapture.run { avio_closep(&pointer.pointee.pb) })
    }

    private func check(_ outcome: (result: Int32, complaint: String?)) throws(MediaError) {
        // The muxer may swallow a failed write; the connection remembers it.
        let status = min(outcome.result, pointer.pointee.pb?.pointee.error ?? 0)
        guard status >= 0 else {
            throw failure("the connection to \(target.place) broke", (status, outcome.complaint))
        }
    }

    private func failure(_ message: String, _ outcome: (result: Int32, complaint: String?)) -> MediaError {
        if control.mustStop {
            return MediaError(.io, "\(message): it took too long or was ended", underlying: outcome.complaint)
        }
        let reason = outcome.complaint ?? MediaError.text(of: outcome.result)
        return MediaError(.io, message, underlying: reason)
    }
}

extension StreamControl {
    /// What FFmpeg asks while it waits; valid as long as the control lives.
    fileprivate var callback: AVIOInterruptCB {
        AVIOInterruptCB(
            callback: { pointer in
                guard let pointer else { return 0 }
                return Unmanaged<StreamControl>.fromOpaque(pointer).takeUnretainedValue().mustStop ? 1 : 0
            },
            opaque: Unmanaged.passUnretained(self).toOpaque()
        )
    }
}
