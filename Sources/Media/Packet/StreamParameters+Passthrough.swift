internal import CFFmpeg
internal import MediaWire

// What a container needs to know of streams that no encoder of ours made.
extension StreamParameters {
    /// Samples at 48 kHz by which an Opus decoder's output lags: libopus's look-ahead, which WebRTC senders have (RFC 7845
    /// §4.2 calls it pre-skip).
    public static let opusPreSkip = 312

    /// Opus as it comes out of RTP, in packets that count 48000 ticks a second.
    ///
    /// A player drops the first `opusPreSkip` samples. So that sound is heard at its RTP time, a packet's time in the
    /// container is `opusPreSkip` less.
    public static func opus(channels: Int) -> StreamParameters {
        precondition((1...2).contains(channels), "Opus of mapping family 0 has one or two channels")
        func little(_ number: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        }
        // The identification header of RFC 7845 §5.1: version 1, gain 0, mapping family 0.
        let header =
            Array("OpusHead".utf8) + [1, UInt8(channels)] + little(opusPreSkip, 2) + little(48_000, 4)
            + little(0, 2) + [0]
        return StreamParameters(codec: AV_CODEC_ID_OPUS, timescale: 48_000, extradata: header) { fields in
            fields.pointee.codec_type = AVMEDIA_TYPE_AUDIO
            fields.pointee.sample_rate = 48_000
            av_channel_layout_default(&fields.pointee.ch_layout, Int32(channels))
            fields.pointee.initial_padding = Int32(opusPreSkip)
            // WebRTC's usual 20 ms; each packet's own duration counts.
            fields.pointee.frame_size = 960
        }
    }

    /// VP8 as it comes out of RTP, in packets that count 90000 ticks a second.
    public static func vp8(width: Int, height: Int) -> StreamParameters {
        picture(AV_CODEC_ID_VP8, width: width, height: height, extradata: [])
    }

    /// VP9 as it comes out of RTP, in packets that count 90000 ticks a second.
    public static func vp9(width: Int, height: Int) -> StreamParameters {
        picture(AV_CODEC_ID_VP9, width: width, height: height, extradata: [])
    }

    /// H.264 as it comes out of RTP: packets in Annex B that count 90000 ticks a second, with the parameter sets, NAL units
    /// without start codes, of its first key frame.
    ///
    /// Containers that want the sets apart (MP4, Matroska) get these. They also stay in the packets, so that sets that change in mid-stream (another size, another profile) reach the decoder with
    /// the key frame they belong to; the container's own size remains the first one.
    public static func h264(width: Int, height: Int, sps: [UInt8], pps: [UInt8]) -> StreamParameters {
        let startCode: [UInt8] = [0, 0, 0, 1]
        let parameters = picture(
            AV_CODEC_ID_H264,
            width: width,
            height: height,
            extradata: startCode + sps + startCode + pps
        )
        // Behind the unit's header: profile, constraints, level (H.264 §7.3.2.1.1).
        if sps.count >= 4 {
            parameters.pointer.pointee.profile = Int32(sps[1])
            parameters.pointer.pointee.level = Int32(sps[3])
        }
        return parameters
    }

    /// H.264 with the parameter sets that a key frame in Annex B carries; nil if it carries none.
    public static func h264(width: Int, height: Int, keyFrame: [UInt8]) -> StreamParameters? {
        let units = AnnexB.units(in: keyFrame).map { Array(keyFrame[$0]) }
        // Types 7 and 8 of H.264 table 7-1.
        guard let sps = units.first(where: { ($0.first ?? 0) & 31 == 7 }),
            let pps = units.first(where: { ($0.first ?? 0) & 31 == 8 })
        else { return nil }
        return h264(width: width, height: height, sps: sps, pps: pps)
    }

    private static func picture(_ id: AVCodecID, width: Int, height: Int, extradata: [UInt8]) -> StreamParameters {
        StreamParameters(codec: id, timescale: 90_000, extradata: extradata) { fields in
            fields.pointee.codec_type = AVMEDIA_TYPE_VIDEO
            fields.pointee.format = AV_PIX_FMT_YUV420P.rawValue
            fields.pointee.width = Int32(clamping: width)
            fields.pointee.height = Int32(clamping: height)
            fields.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
        }
    }
}
