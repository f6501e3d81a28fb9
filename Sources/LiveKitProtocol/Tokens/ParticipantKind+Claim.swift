extension Livekit_ParticipantInfo.Kind {
    /// The kind a `kind` claim names; nil for a name LiveKit does not know.
    init?(claim: String) {
        guard let kind = Self.allCases.first(where: { $0.claim == claim.lowercased() }) else { return nil }
        self = kind
    }

    /// The name of the kind in a token.
    var claim: String {
        switch self {
        case .standard: "standard"
        case .ingress: "ingress"
        case .egress: "egress"
        case .sip: "sip"
        case .agent: "agent"
        case .connector: "connector"
        case .bridge: "bridge"
        case .UNRECOGNIZED: "standard"
        }
    }
}

extension Livekit_ParticipantInfo.KindDetail {
    /// The detail a `kindDetails` claim names; nil for a name LiveKit does not know.
    init?(claim: String) {
        guard let detail = Self.allCases.first(where: { $0.claim == claim.lowercased() }) else { return nil }
        self = detail
    }

    /// The name of the detail in a token: the lower-case Protobuf name.
    var claim: String? {
        switch self {
        case .cloudAgent: "cloud_agent"
        case .forwarded: "forwarded"
        case .connectorWhatsapp: "connector_whatsapp"
        case .connectorTwilio: "connector_twilio"
        case .bridgeRtsp: "bridge_rtsp"
        case .simulation: "simulation"
        case .UNRECOGNIZED: nil
        }
    }
}
