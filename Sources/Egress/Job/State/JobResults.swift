import LiveKitProtocol

/// What has become of a job's outputs so far, by their reports.
struct JobResults: Sendable {
    /// What a report means for the job.
    enum Effect: Sendable, Hashable {
        case none
        /// The egress is to be reported anew.
        case changed
        /// An output will not be whole, and the egress with it.
        case lost(JobFailure, isLast: Bool)
        /// Nothing is left to stream to, and nothing else is made.
        case allStreamsStopped
    }

    private let outputs: [OutputPlan]
    private var lost: Set<Int> = []
    private var files: [Int: Livekit_FileInfo] = [:]
    private var segments: [Int: Livekit_SegmentsInfo] = [:]
    private var images: [Int: Livekit_ImagesInfo] = [:]
    private var streams: [Livekit_StreamInfo] = []
    private var manifest = ""
    private var backupWasUsed = false
    private var notes: [String] = []

    init(_ outputs: [OutputPlan]) {
        self.outputs = outputs
    }

    /// Takes a report of the output of this number.
    mutating func take(_ report: OutputReport, of index: Int) -> Effect {
        switch report {
        case .file(let info): files[index] = info
        case .segments(let info): segments[index] = info
        case .images(let info): images[index] = info
        case .stream(let info):
            if let known = streams.firstIndex(where: { $0.url == info.url && $0.startedAt == info.startedAt }) {
                streams[known] = info
            } else if streams.count < Self.maximumStreams {
                streams.append(info)
            }
        case .manifest(let location): manifest = location
        case .backupUsed: backupWasUsed = true
        case .note(let text):
            guard notes.count < Self.maximumNotes, !notes.contains(text) else { return .none }
            notes.append(text)
        case .failed(let failure): return lose(index, failure)
        case .allStreamsEnded(let failure):
            if let failure { return lose(index, failure) }
            return lost.insert(index).inserted && lost.count == outputs.count ? .allStreamsStopped : .changed
        }
        return .changed
    }

    private mutating func lose(_ index: Int, _ failure: JobFailure) -> Effect {
        guard lost.insert(index).inserted else { return .changed }
        let isLast = lost.count == outputs.count
        // Streams end as they please, each with a result of its own, as long as there is something else.
        if case .stream = outputs[index].kind, !isLast { return .changed }
        return .lost(failure, isLast: isLast)
    }

    /// Puts the results into `info`; what has not been reported stays as it is.
    func fill(_ info: inout Livekit_EgressInfo) {
        func inOrder<Info>(_ results: [Int: Info]) -> [Info] { results.sorted { $0.key < $1.key }.map(\.value) }
        if !files.isEmpty { info.fileResults = inOrder(files) }
        if !segments.isEmpty { info.segmentResults = inOrder(segments) }
        if !images.isEmpty { info.imageResults = inOrder(images) }
        if !streams.isEmpty { info.streamResults = streams }
        if !manifest.isEmpty { info.manifestLocation = manifest }
        if backupWasUsed { info.backupStorageUsed = true }
        for text in notes { info.note(text) }
        fillSingleResult(&info)
    }

    /// Older clients read the result of a request with one output here.
    private func fillSingleResult(_ info: inout Livekit_EgressInfo) {
        guard outputs.count == 1 else { return }
        if let file = info.fileResults.first {
            info.file = file
        } else if let segments = info.segmentResults.first {
            info.segments = segments
        } else if !info.streamResults.isEmpty {
            info.stream.info = info.streamResults
        }
    }

    /// Bounds on what a long egress with URLs that come and go can make of its info.
    private static let maximumStreams = 200
    private static let maximumNotes = 8
}
