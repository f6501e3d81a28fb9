internal import CFFmpeg

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Puts encoded streams into another container without decoding them.
public enum Remuxer {
    /// Makes a plain MP4 with its index at the beginning out of a fragmented one.
    ///
    /// The result is written beside `target`, brought to disk and put in its place in one step: `target` is either untouched
    /// or complete. An input that was cut off is taken up to its last whole fragment; one without any throws `.noMedia`.
    /// `source` and `target` may be the same path.
    public static func faststart(from source: String, to target: String) throws(MediaError) -> MediaSummary {
        let end = try FragmentScanner.wholeLength(of: source)
        let temporary = "\(target).partial"
        do throws(MediaError) {
            try copy(from: source, length: end, to: temporary)
            try FileSync.replace(target, with: temporary)
        } catch {
            unlink(temporary)
            throw error
        }
        return try MediaProbe.summary(of: target)
    }

    private static func copy(from source: String, length: Int64, to target: String) throws(MediaError) {
        let input = try InputContext.opened(path: source, length: length)
        // Tracks the recorder declared but never wrote to would make an MP4 no player can read.
        let streams = input.mediaStreams
        guard !streams.isEmpty else { throw MediaError(.noMedia, "\(source) holds neither video nor audio") }
        var muxer = try Muxer(path: target, format: .mp4, streams: streams.map(\.parameters))
        var outputs: [Int: Int] = [:]
        for (output, stream) in streams.enumerated() { outputs[stream.index] = output }
        let packet = PacketHandle()
        var count = 0
        while try input.read(packet) {
            let index = Int(packet.pointer.pointee.stream_index)
            guard let output = outputs[index], packet.pointer.pointee.size > 0 else { continue }
            try muxer.write(packet, stream: output, timescale: streams[output].parameters.timescale)
            count += 1
        }
        guard count > 0 else { throw MediaError(.noMedia, "\(source) holds no whole fragment") }
        try muxer.finish()
    }
}
