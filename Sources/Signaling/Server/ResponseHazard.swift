package import LiveKitProtocol

/// A response that would bring an unmodified client down.
///
/// The Rust engine, and every SDK built on it, aborts its whole process on these. Each response is checked
/// before it is sent, so that a fault of ours costs one message and never somebody's program.
package enum ResponseHazard: Error, Sendable, Hashable {
    /// A join response without a ping interval: a timer with a period of zero.
    case pingIntervalMissing
    /// A participant whose sid does not begin with `PA_`.
    case participantSID(String)
    /// A track whose sid does not begin with `TR_`.
    case trackSID(String)
    /// A room update without the room.
    case roomMissing
    /// A published track without the track.
    case trackMissing
    /// A trickled candidate that lacks one of the keys of RTCIceCandidateInit.
    case candidate
    /// A session description that is empty.
    case descriptionMissing

    /// What is wrong with a response; nil when it may be sent.
    package init?(in response: Livekit_SignalResponse) {
        let hazard: ResponseHazard? =
            switch response.message {
            case .join(let join): Self.find(in: join)
            case .update(let update): Self.find(in: update.participants)
            case .roomUpdate(let update): update.hasRoom ? nil : .roomMissing
            case .trackPublished(let published):
                published.hasTrack ? Self.find(in: [published.track]) : .trackMissing
            case .speakersChanged(let changed):
                changed.speakers.first { !$0.sid.hasPrefix(ParticipantSID.prefix) }.map { .participantSID($0.sid) }
            case .connectionQuality(let update):
                update.updates.first { !$0.participantSid.hasPrefix(ParticipantSID.prefix) }
                    .map { .participantSID($0.participantSid) }
            case .trickle(let trickle): Self.isComplete(trickle.candidateInit) ? nil : .candidate
            case .answer(let description), .offer(let description):
                description.sdp.hasPrefix("v=0") ? nil : .descriptionMissing
            case .roomMoved(let moved):
                moved.hasRoom ? Self.find(in: [moved.participant] + moved.otherParticipants) : .roomMissing
            default: nil
            }
        guard let hazard else { return nil }
        self = hazard
    }

    private static func find(in join: Livekit_JoinResponse) -> ResponseHazard? {
        if join.pingInterval <= 0 || join.pingTimeout <= 0 { return .pingIntervalMissing }
        if !join.hasRoom { return .roomMissing }
        return find(in: [join.participant] + join.otherParticipants)
    }

    private static func find(in participants: [Livekit_ParticipantInfo]) -> ResponseHazard? {
        for participant in participants {
            guard participant.sid.hasPrefix(ParticipantSID.prefix) else { return .participantSID(participant.sid) }
            if let hazard = find(in: participant.tracks) { return hazard }
        }
        return nil
    }

    private static func find(in tracks: [Livekit_TrackInfo]) -> ResponseHazard? {
        tracks.first { !$0.sid.hasPrefix(TrackSID.prefix) }.map { .trackSID($0.sid) }
    }

    private static func isComplete(_ candidate: String) -> Bool {
        ["\"sdpMid\"", "\"sdpMLineIndex\"", "\"candidate\""].allSatisfy(candidate.contains)
    }
}
