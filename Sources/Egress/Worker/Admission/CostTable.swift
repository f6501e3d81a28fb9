import JobProcess

/// What an egress of each kind is expected to cost, until it has been measured.
///
/// The numbers are our own, in cores, of one x86-64 core of the kind the tests run on (two cores, x264 veryfast); those of LiveKit's
/// egress, which draws with a browser, are given beside them. All of them can be set in the configuration.
///
/// | kind | here | LiveKit | measured as |
/// |---|---|---|---|
/// | room composite with pictures | 0.65 | 4 | nine 720p simulcast publishers, grid, 720p30: encoder 0.52, the rest decoding, drawing, mixing |
/// | room composite, sound only | 0.1 | 1 | nine Opus tracks mixed to AAC |
/// | participant | 0.6 | 2 | one 720p30 track decoded and encoded again |
/// | track composite | 0.6 | 1 | the same |
/// | track, and whatever is passed through | 0.02 | 0.5 | 720p30 H.264 written as it comes: 0.01 and some room |
public struct CostTable: Sendable, Hashable {
    /// `cpu_cost.room_composite_cpu_cost`.
    public var roomComposite = 0.65
    /// `cpu_cost.audio_room_composite_cpu_cost` and `sdk_audio_room_composite_cpu_cost`; the latter wins.
    public var audioRoomComposite = 0.1
    /// `cpu_cost.participant_cpu_cost`.
    public var participant = 0.6
    /// `cpu_cost.track_composite_cpu_cost`.
    public var trackComposite = 0.6
    /// `cpu_cost.track_cpu_cost`; also for what is passed through.
    public var track = 0.02
    /// `cpu_cost.memory_cost`: bytes an egress is expected to need.
    ///
    /// An estimate: what nine tiles of 720p take as decoded pictures, and some room. It has not been measured.
    public var memory: Int64 = 250 << 20
    /// `cpu_cost.max_cpu_utilization`: the part of the cores that may be given away.
    public var maximumUtilization = 0.8
    /// `cpu_cost.max_memory`: bytes all egresses together may use; 0 for no limit.
    public var maximumMemory: Int64 = 0
    /// `cpu_cost.cpu_kill_grace_sec`: how long an egress stopped for want of cores may take to end.
    public var killGrace = Duration.seconds(30)

    /// The defaults.
    public init() {}

    var cheapest: Double { [roomComposite, audioRoomComposite, participant, trackComposite, track].min() ?? 0 }
    var dearest: Double { [roomComposite, audioRoomComposite, participant, trackComposite, track].max() ?? 0 }
}

extension CostTable {
    /// What an egress is expected to cost, in cores.
    ///
    /// A picture larger than 720p30 costs more in proportion to its pixels a second, and every further encoding costs once
    /// more. What is smaller is not counted as less: it may still have to decode large pictures.
    func cost(of plan: EgressPlan) -> Double {
        let video = Set(plan.outputs.compactMap(\.video))
        let hasImages = plan.outputs.contains { if case .images = $0.kind { true } else { false } }
        switch plan.source {
        case .composite: return video.isEmpty && !hasImages ? audioRoomComposite : scaled(roomComposite, by: video)
        case .participant: return video.isEmpty && !hasImages ? audioRoomComposite : scaled(participant, by: video)
        case .tracks, .media:
            if plan.passthrough == .always { return track }
            return video.isEmpty && !hasImages ? audioRoomComposite : scaled(trackComposite, by: video)
        case .track: return track
        }
    }

    /// What all egresses together may use.
    var limits: AdmissionLimits {
        AdmissionLimits(
            maximumUtilization: maximumUtilization,
            maximumMemory: maximumMemory,
            memory: memory,
            killGrace: killGrace
        )
    }

    private func scaled(_ base: Double, by video: Set<VideoPlan>) -> Double {
        let factors = video.map { plan in
            max(1, Double(plan.width) * Double(plan.height) * Double(plan.framerate) / Self.measuredPixelRate)
        }
        return base * max(1, factors.reduce(0, +))
    }

    /// Pixels a second of the measurements: 720p30.
    private static let measuredPixelRate = 1280.0 * 720 * 30
}
