import Forwarding
import LiveKitProtocol
import MediaWire
import Signaling

extension Room {
    /// How often connection qualities are announced.
    private static let qualityInterval = Duration.seconds(5)

    /// Lets time pass for everything in the room.
    func tick(at now: Instant) {
        for participant in participants { participant.tick(at: now) }
        if now >= nextSpeakerUpdate {
            nextSpeakerUpdate = now + configuration.speakers.interval
            updateSpeakers(at: now)
        }
        if now >= nextQualityUpdate {
            nextQualityUpdate = now + Self.qualityInterval
            updateQualities()
        }
        announceCounts(at: now)
    }

    /// Finds who is speaking and tells those who hear them.
    private func updateSpeakers(at now: Instant) {
        var levels: [String: Double] = [:]
        for participant in participants {
            let level = participant.published.values.reduce(0) { max($0, $1.speakingLevel(at: now)) }
            if level > 0 { levels[participant.sid.rawValue] = level }
        }
        let changes = speakers.update(levels)
        guard !changes.isEmpty else { return }
        for participant in participants {
            let heard = changes.filter { participant.hears(ParticipantSID(rawValue: $0.participant)) }
            guard !heard.isEmpty else { continue }
            participant.send(Self.speakersChanged(heard))
        }
    }

    static func speakersChanged(_ entries: [SpeakerList.Entry]) -> Livekit_SignalResponse {
        var changed = Livekit_SpeakersChanged()
        changed.speakers = entries.map { entry in
            var info = Livekit_SpeakerInfo()
            info.sid = entry.participant
            info.level = Float(entry.level)
            info.active = entry.isActive
            return info
        }
        return Livekit_SignalResponse(.speakersChanged(changed))
    }

    private func updateQualities() {
        for participant in participants { participant.measureQuality() }
        for participant in participants { participant.announceQualities() }
    }
}
