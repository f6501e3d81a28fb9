import Media
import MediaWire

extension InputTrack {
    /// The track of a stream that is pulled; an error if its codec is not one of ours.
    init(_ stream: Demuxer.Stream) throws(PullFailure) {
        let parameters = stream.parameters
        guard let format = Format(rawValue: parameters.codecName), format.kind == stream.kind else {
            let known = Format.allCases.filter { $0.kind == stream.kind }.map(\.rawValue).joined(separator: ", ")
            throw PullFailure(
                .unsupportedFormat,
                "unsupported format for the source media: its \(stream.kind) is \(parameters.codecName), not one of \(known)"
            )
        }
        self.init(
            format: format,
            header: Self.header(parameters.extradata, of: format),
            width: max(0, parameters.width),
            height: max(0, parameters.height),
            sampleRate: max(0, parameters.sampleRate),
            channels: max(0, parameters.channels)
        )
    }

    /// A codec's header as FFmpeg gives it, without parameter sets in Annex B: those belong in front of key frames.
    static func header(_ bytes: [UInt8], of format: Format) -> [UInt8] {
        ParameterSets.isAnnexB(bytes, format) ? [] : bytes
    }
}
