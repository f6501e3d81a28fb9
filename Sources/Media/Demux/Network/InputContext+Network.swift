internal import CFFmpeg

extension InputContext {
    /// Opens a source on the network and looks at its streams, as long as the bridge's control allows.
    static func opened(
        _ source: NetworkSource,
        bounds: ProbeBounds,
        bridge: InputBridge
    ) throws(MediaError) -> InputContext {
        MediaLog.bootstrap()
        guard let allocated = avformat_alloc_context() else { preconditionFailure("out of memory for a demuxer") }
        bridge.attach(to: allocated)
        if case .opened(let url, _, _) = source, !bridge.openMain(url, for: allocated) {
            avformat_free_context(allocated)
            throw bridge.failure(of: "\(source.place) cannot be opened", (sluice_averror(EIO), nil))
        }
        var options = Options(source.options(bounds: bounds))
        let format = source.formatName.flatMap { av_find_input_format($0) }
        var context: UnsafeMutablePointer<AVFormatContext>? = allocated
        // Frees the context where it fails.
        let opened = LogCapture.run { avformat_open_input(&context, source.address, format, &options.dictionary) }
        guard opened.result >= 0, let context else {
            throw bridge.failure(of: "\(source.place) cannot be opened", opened)
        }
        let input = InputContext(context, path: source.place, bridge: bridge)
        let found = LogCapture.run { avformat_find_stream_info(context, nil) }
        guard found.result >= 0, !bridge.mustStop else {
            throw bridge.failure(of: "\(source.place) cannot be read as media", found)
        }
        return input
    }

    /// Leaves out the packets of all streams but these.
    func select(_ indices: [Int]) {
        for index in 0..<Int(pointer.pointee.nb_streams) where !indices.contains(index) {
            pointer.pointee.streams[index]?.pointee.discard = AVDISCARD_ALL
        }
    }
}

extension InputBridge {
    /// The error to tell, with what is known of its cause.
    func failure(of message: String, _ outcome: (result: Int32, complaint: String?)) -> MediaError {
        if let failure { return MediaError(.io, message, underlying: failure.description) }
        if control.mustStop { return MediaError(.io, "\(message): it took too long or was ended") }
        let reason = outcome.complaint ?? MediaError.text(of: outcome.result)
        let code: MediaError.Code =
            switch outcome.result {
            case sluice_averror_invaliddata(): .invalidData
            // A container that is not among those allowed.
            case sluice_averror(EINVAL): .unsupported
            default: .io
            }
        return MediaError(code, message, underlying: reason)
    }
}
