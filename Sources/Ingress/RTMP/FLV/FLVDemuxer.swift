internal import Media
internal import MediaWire

/// Makes input events of the messages of a publisher.
///
/// A stream is announced when its header comes, or when it has changed. Frames in front of the header are of no use to
/// anybody and are passed over.
struct FLVDemuxer {
    /// The longest time between decoding and showing that is believed, in milliseconds; reordering is of a few frames.
    static let longestCompositionOffset: Int64 = 10_000

    private var timeline = MediaTimeline()
    private var video: InputTrack?
    private var audio: InputTrack?
    /// What `onMetaData` says, for headers that do not.
    private var announcedSize: (width: Int, height: Int) = (0, 0)

    /// Takes the body of a video message.
    mutating func receiveVideo(_ payload: [UInt8], at timestamp: UInt32) throws(FLVError) -> [InputEvent] {
        let (tag, format) = try Self.readable { () throws(WireError) in try FLVTag.video(payload) }
        guard let format else { return [] }
        switch tag.part {
        case .header:
            let track = try videoTrack(format, Array(payload[tag.body]))
            return Self.announce(track, &video)
        case .frame:
            guard !tag.body.isEmpty else { return [] }
            // VP8 has no header.
            let events = format == .vp8 ? Self.announce(try videoTrack(.vp8, []), &video) : []
            guard video?.format == format else { return [] }
            return events + [sample(.video, payload, tag, at: timestamp)]
        case .end:
            video = nil
            return []
        case .other, .unsupported: return []
        }
    }

    /// Takes the body of an audio message.
    mutating func receiveAudio(_ payload: [UInt8], at timestamp: UInt32) throws(FLVError) -> [InputEvent] {
        let (tag, format) = try Self.readable { () throws(WireError) in try FLVTag.audio(payload) }
        guard let format else { return [] }
        switch tag.part {
        case .header:
            let track = try audioTrack(format, Array(payload[tag.body]))
            return Self.announce(track, &audio)
        case .frame:
            guard !tag.body.isEmpty else { return [] }
            // MP3 has no header of the stream, but one in each frame.
            let events = format == .mp3 ? Self.announce(try mp3Track(payload[tag.body]), &audio) : []
            guard audio?.format == format else { return [] }
            return events + [sample(.audio, payload, tag, at: timestamp)]
        case .end:
            audio = nil
            return []
        case .other, .unsupported: return []
        }
    }

    /// Takes a data message.
    ///
    /// That is `onMetaData`, bare or to be kept for later players; all others say nothing to us.
    mutating func receiveData(_ values: [AMFValue]) {
        var values = values[...]
        if values.first?.text == "@setDataFrame" { values = values.dropFirst() }
        guard values.first?.text == "onMetaData", let metadata = values.dropFirst().first else { return }
        announcedSize = (Self.size(metadata["width"]), Self.size(metadata["height"]))
    }

    private static func readable(
        _ read: () throws(WireError) -> FLVTag
    ) throws(FLVError) -> (FLVTag, InputTrack.Format?) {
        let tag: FLVTag
        do { tag = try read() } catch { throw .malformed(error) }
        if case .unsupported(let codec) = tag.part { throw .unsupported(codec: codec) }
        return (tag, tag.format)
    }

    private static func announce(_ track: InputTrack, _ current: inout InputTrack?) -> [InputEvent] {
        guard track != current else { return [] }
        current = track
        return [.track(track)]
    }

    private mutating func sample(
        _ kind: MediaKind,
        _ payload: [UInt8],
        _ tag: FLVTag,
        at timestamp: UInt32
    ) -> InputEvent {
        let time = timeline.time(timestamp, of: kind)
        let offset = min(max(0, Int64(tag.compositionOffset)), Self.longestCompositionOffset)
        let packet = EncodedPacket(
            data: Array(payload[tag.body]),
            pts: time + offset,
            dts: time,
            duration: 0,
            timescale: 1000,
            isKeyFrame: tag.isKeyFrame
        )
        return .sample(kind, packet)
    }

    private func videoTrack(_ format: InputTrack.Format, _ header: [UInt8]) throws(FLVError) -> InputTrack {
        do {
            let size: (width: Int, height: Int)? =
                switch format {
                case .h264: try ConfigurationRecord.pictureSize(avcC: header)
                case .h265: try ConfigurationRecord.pictureSize(hvcC: header)
                case .av1: try ConfigurationRecord.pictureSize(av1C: header)
                default: nil
                }
            let (width, height) = size ?? announcedSize
            return InputTrack(format: format, header: header, width: width, height: height)
        } catch {
            throw .malformed(error)
        }
    }

    private func audioTrack(_ format: InputTrack.Format, _ header: [UInt8]) throws(FLVError) -> InputTrack {
        do {
            switch format {
            case .aac:
                let config = try AudioSpecificConfig(header)
                return InputTrack(
                    format: .aac,
                    header: header,
                    sampleRate: config.sampleRate,
                    channels: config.channels
                )
            case .opus:
                // OpusHead (RFC 7845 §5.1); Opus always comes out at 48 kHz.
                let channels = header.count > 9 ? Int(header[9]) : 0
                return InputTrack(format: .opus, header: header, sampleRate: 48_000, channels: channels)
            default: return InputTrack(format: format, header: header)
            }
        } catch {
            throw .malformed(error)
        }
    }

    private func mp3Track(_ frame: ArraySlice<UInt8>) throws(FLVError) -> InputTrack {
        do {
            let header = try MP3Header(frame)
            return InputTrack(format: .mp3, sampleRate: header.sampleRate, channels: header.channels)
        } catch {
            throw .malformed(error)
        }
    }

    private static func size(_ value: AMFValue?) -> Int {
        guard let number = value?.number, (1...16_384).contains(number) else { return 0 }
        return Int(number)
    }
}
