import LiveKitProtocol

/// What a worker's report of an egress changes in what is known of it.
///
/// Reports may come late, twice or out of order; an egress goes from STARTING over ACTIVE and ENDING to one of its ends and
/// never back, and what is older than what is known is no news.
struct EgressChange {
    /// What is known from now on; nil: as before.
    var stored: Livekit_EgressInfo?
    /// The names of the webhooks that tell of it, in order.
    var events: [String] = []

    init(_ report: Livekit_EgressInfo, to known: Livekit_EgressInfo?) {
        guard let known else {
            stored = report
            events = ["egress_started"] + (Self.event(of: report).map { [$0] } ?? [])
            return
        }
        guard !known.isOver, report.rank >= known.rank else { return }
        if report.rank == known.rank, report.updatedAt != 0, report.updatedAt < known.updatedAt { return }
        var report = report
        // A worker that has lost its memory of the beginning does not make the rest forget it.
        if report.request == nil { report.request = known.request }
        if report.roomName.isEmpty { report.roomName = known.roomName }
        if report.roomID.isEmpty { report.roomID = known.roomID }
        if report.startedAt == 0 { report.startedAt = known.startedAt }
        guard report != known else { return }
        stored = report
        events = Self.event(of: report).map { [$0] } ?? []
    }

    private static func event(of info: Livekit_EgressInfo) -> String? {
        if info.isOver { return "egress_ended" }
        return info.status == .egressStarting ? nil : "egress_updated"
    }
}

extension Livekit_EgressInfo {
    /// The webhooks its request asked for.
    var requestedWebhooks: [Livekit_WebhookConfig] {
        switch request {
        case .roomComposite(let request)?: request.webhooks
        case .trackComposite(let request)?: request.webhooks
        case .track(let request)?: request.webhooks
        case .web(let request)?: request.webhooks
        case .participant(let request)?: request.webhooks
        case .egress(let request)?: request.webhooks
        case .replay(let request)?: request.webhooks
        case nil: []
        }
    }
}
