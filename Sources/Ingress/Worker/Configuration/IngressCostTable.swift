import JobProcess
import LiveKitProtocol

/// What a session of each kind is expected to cost, until it has been measured.
///
/// The numbers are our own, in cores, of one x86-64 core of the kind the tests run on; they are the sum of what has been measured for
/// the steps: decoding 720p30 H.264 0.056, three layers of x264 veryfast 0.52 and, in proportion to their pixels, 0.13 and 0.03,
/// scaling and sound the rest. LiveKit recommends 2 for all of them and 0.1 for media that goes through as it is, and
/// sets nothing by itself. All of them can be set in the configuration.
public struct IngressCostTable: Sendable, Hashable {
    /// `cpu_cost.rtmp_cpu_cost`.
    public var rtmp = 0.8
    /// `cpu_cost.whip_cpu_cost`.
    public var whip = 0.8
    /// `cpu_cost.whip_bypass_transcoding_cpu_cost`: some 200 packets a second, decrypted and encrypted, and some room.
    public var whipBypass = 0.05
    /// `cpu_cost.url_cpu_cost`.
    public var url = 0.8
    /// `cpu_cost.min_idle_ratio`: the part of the cores that is not given away (LiveKit's default).
    public var minimumIdle = 0.3

    /// The defaults.
    public init() {}

    var cheapest: Double { [rtmp, whip, whipBypass, url].min() ?? 0 }
    var dearest: Double { [rtmp, whip, whipBypass, url].max() ?? 0 }

    /// What a transcoding session costs.
    func cost(of input: Livekit_IngressInput) -> Double {
        switch input {
        case .rtmpInput: rtmp
        case .whipInput: whip
        case .urlInput: url
        case .UNRECOGNIZED: dearest
        }
    }

    /// What all sessions together may use.
    var limits: AdmissionLimits {
        // Nobody is sent away for want of cores, so there is no grace in it.
        AdmissionLimits(maximumUtilization: 1 - minimumIdle, killGrace: .zero)
    }
}
