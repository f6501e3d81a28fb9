package import LiveKitProtocol

/// Prepares a participant's data packet for others: says who it is from and finds out whom it is for.
package struct DataStamp: Sendable {
    /// Whom a packet is for.
    package struct Audience: Sendable, Hashable {
        /// Identities named; empty, together with `sids`, for everybody.
        package var identities: Set<String>
        /// Participants named in the old way.
        package var sids: Set<String>

        /// Names recipients.
        package init(identities: Set<String> = [], sids: Set<String> = []) {
            self.identities = identities
            self.sids = sids
        }

        /// Whether a participant is meant.
        package func includes(identity: String, sid: ParticipantSID) -> Bool {
            if identities.isEmpty && sids.isEmpty { return true }
            return identities.contains(identity) || sids.contains(sid.rawValue)
        }
    }

    /// Recipients one packet may name; more than a room holds is no address list.
    package static let maximumDestinations = 10_000

    private let sid: String
    private let identity: String
    private let isAgent: Bool

    /// A stamp of a sender.
    ///
    /// Hidden senders stay anonymous.
    package init(sid: ParticipantSID, identity: String, isHidden: Bool, isAgent: Bool) {
        self.sid = isHidden ? "" : sid.rawValue
        self.identity = isHidden ? "" : identity
        self.isAgent = isAgent
    }

    /// Stamps the packet; nil when this sender may not send such a packet.
    package func apply(to packet: inout Livekit_DataPacket) -> Audience? {
        packet.participantSid = sid
        switch packet.value {
        case nil, .speaker: return nil
        case .transcription:
            guard isAgent else { return nil }
            packet.participantIdentity = spokenFor(packet.participantIdentity)
        case .chatMessage, .streamHeader:
            packet.participantIdentity = spokenFor(packet.participantIdentity)
        default:
            packet.participantIdentity = identity
        }
        let audience = takeAudience(&packet)
        return audience.identities.count + audience.sids.count <= Self.maximumDestinations ? audience : nil
    }

    /// Agents may speak for somebody else; nobody else may.
    private func spokenFor(_ claimed: String) -> String {
        isAgent && !claimed.isEmpty ? claimed : identity
    }

    /// Reads the destinations from both places and fills the duplicate fields that older clients read.
    private func takeAudience(_ packet: inout Livekit_DataPacket) -> Audience {
        var audience = Audience(identities: Set(packet.destinationIdentities))
        guard case .user(var user) = packet.value else { return audience }
        audience.identities.formUnion(user.destinationIdentities)
        audience.sids.formUnion(user.destinationSids)
        packet.destinationIdentities =
            packet.destinationIdentities.isEmpty ? user.destinationIdentities : packet.destinationIdentities
        user.destinationIdentities = packet.destinationIdentities
        user.participantSid = sid
        user.participantIdentity = identity
        packet.value = .user(user)
        return audience
    }
}
