package import LiveKitProtocol

/// Who may subscribe to a publisher's tracks, as the publisher has said (`subscription_permission`).
///
/// Each message replaces the one before. Before the first, and after `all_participants`, everybody may.
package struct SubscriptionPolicy: Sendable {
    /// Rules kept; a room does not hold more participants than this.
    package static let maximumRules = 10_000

    private var rules: [Livekit_TrackPermission]?

    /// Everybody may subscribe.
    package init() {}

    /// Takes the publisher's message.
    package mutating func apply(_ permission: Livekit_SubscriptionPermission) {
        rules = permission.allParticipants ? nil : Array(permission.trackPermissions.prefix(Self.maximumRules))
    }

    /// Whether a participant may have a track.
    package func allows(track: TrackSID, subscriber: ParticipantSID, identity: String) -> Bool {
        guard let rules else { return true }
        return rules.contains { rule in
            let isAbout =
                rule.participantIdentity.isEmpty
                ? rule.participantSid == subscriber.rawValue : rule.participantIdentity == identity
            return isAbout && (rule.allTracks || rule.trackSids.contains(track.rawValue))
        }
    }
}
