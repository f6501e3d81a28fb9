/// How long an egress may last, by the kinds of its outputs, and how large its files may become (`session_limits`).
public struct SessionLimits: Sendable, Hashable {
    /// `file_output_max_duration`; zero for no limit, as everywhere here.
    public var file = Duration.zero
    /// `file_output_max_size`, in bytes of everything that lies in the egress's work folder.
    public var fileSize: Int64 = 0
    /// `stream_output_max_duration`; WebSockets are streams.
    public var stream = Duration.zero
    /// `segment_output_max_duration`.
    public var segments = Duration.zero
    /// `image_output_max_duration`.
    public var images = Duration.zero

    /// No limits.
    public init() {}

    /// Seconds that an egress with these outputs may last: the smallest limit that applies; nil for none.
    func duration(of outputs: [OutputPlan]) -> Double? {
        outputs.map(limit).filter { $0 > .zero }.min().map { $0 / .seconds(1) }
    }

    /// Bytes that an egress with these outputs may have on this machine's disk; nil for no limit.
    func size(of outputs: [OutputPlan]) -> Int64? {
        let hasFile = outputs.contains { if case .file = $0.kind { true } else { false } }
        return hasFile && fileSize > 0 ? fileSize : nil
    }

    private func limit(of output: OutputPlan) -> Duration {
        switch output.kind {
        case .file: file
        case .segments: segments
        case .stream, .webSocket: stream
        case .images: images
        }
    }
}
