internal import CFFmpeg

/// Owns one `AVCodecContext`.
struct CodecContext: ~Copyable {
    let pointer: UnsafeMutablePointer<AVCodecContext>

    init(for codec: UnsafePointer<AVCodec>) {
        MediaLog.bootstrap()
        // Only fails without memory, which nothing here can go on without.
        guard let context = avcodec_alloc_context3(codec) else { preconditionFailure("out of memory for a codec") }
        pointer = context
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = pointer
        avcodec_free_context(&context)
    }

    /// Opens the codec with options by name; an option the codec does not know is our own bug.
    func open(_ codec: UnsafePointer<AVCodec>, options: KeyValuePairs<String, String> = [:]) throws(MediaError) {
        var dictionary: OpaquePointer?
        for (key, value) in options { av_dict_set(&dictionary, key, value, 0) }
        defer { av_dict_free(&dictionary) }
        let status = avcodec_open2(pointer, codec, &dictionary)
        let name = String(cString: codec.pointee.name)
        guard status >= 0 else {
            throw MediaError(.invalidConfiguration, "the \(name) codec refuses its settings", status: status)
        }
        precondition(av_dict_count(dictionary) == 0, "\(name) does not know one of its options")
    }
}
