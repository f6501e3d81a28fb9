internal import CFFmpeg
internal import MediaWire

extension StreamParameters {
    /// The parameters of a stream that is described by whoever sends it.
    ///
    /// Sizes and rates that are not known stay open: decoders find them in the stream. Throws `unsupported` for a codec
    /// FFmpeg does not know, `invalidData` for numbers that no stream has.
    public convenience init(_ description: StreamDescription) throws(MediaError) {
        guard let known = avcodec_descriptor_get_by_name(description.codecName) else {
            throw MediaError(.unsupported, "there is no codec named \(description.codecName.prefix(32))")
        }
        try description.validate()
        let (id, type) = (known.pointee.id, known.pointee.type)
        self.init(codec: id, timescale: description.timescale, extradata: description.header) { fields in
            fields.pointee.codec_type = type
            if type == AVMEDIA_TYPE_VIDEO {
                fields.pointee.width = Int32(description.width)
                fields.pointee.height = Int32(description.height)
                return
            }
            // Opus always runs at 48 kHz, and its decoder wants to know how many channels to make (RFC 7587 §4.1).
            let isOpus = id == AV_CODEC_ID_OPUS
            fields.pointee.sample_rate = isOpus ? 48_000 : Int32(description.sampleRate)
            let channels = isOpus && description.channels == 0 ? 2 : description.channels
            if channels > 0 { av_channel_layout_default(&fields.pointee.ch_layout, Int32(channels)) }
        }
    }
}

extension StreamDescription {
    fileprivate func validate() throws(MediaError) {
        func check(_ condition: Bool, _ message: @autoclosure () -> String) throws(MediaError) {
            if !condition { throw MediaError(.invalidData, message()) }
        }
        try check(
            header.count <= Self.maximumHeaderSize,
            "a codec header of \(header.count) bytes is larger than \(Self.maximumHeaderSize)"
        )
        try check(timescale > 0, "a stream of \(timescale) ticks a second has no times")
        try check(
            (0...16_384).contains(width) && (0...16_384).contains(height),
            "a picture of \(width)×\(height) is outside 0…16384"
        )
        try check((0...384_000).contains(sampleRate), "a sample rate of \(sampleRate) Hz is outside 0…384000")
        try check((0...64).contains(channels), "\(channels) audio channels are outside 0…64")
    }
}
