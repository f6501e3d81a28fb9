import LiveKitProtocol
import MediaWire
import Signaling

extension Room {
    /// Tells everybody who may know about a change of a participant.
    ///
    /// - Parameter includingSelf: whether the participant itself is told.
    func broadcast(_ participant: Participant, includingSelf: Bool = true) {
        let response = Livekit_SignalResponse.participants([participant.info])
        for other in participants where other !== participant && other.sees(participant) {
            other.send(response)
        }
        if includingSelf { participant.send(response) }
    }

    /// Tells everybody about the room as it is now.
    func broadcastRoom() {
        let info = self.info
        announced = info
        let response = Livekit_SignalResponse.room(info)
        for participant in participants { participant.send(response) }
    }

    /// The others a participant may know of.
    func others(for participant: Participant) -> [Participant] {
        participants.filter { $0 !== participant && participant.sees($0) }
    }

    /// A track was published: those who want it get it.
    func published(_ track: PublishedTrack) {
        for participant in participants where participant !== track.publisher {
            participant.reconcileSubscription(to: track)
        }
    }

    /// Every track in the room, with the exception of somebody's own.
    func tracks(notOf participant: Participant) -> [PublishedTrack] {
        participants.flatMap { $0 === participant ? [] : Array($0.published.values) }
    }

    /// The track with a name, whoever publishes it.
    func track(_ sid: TrackSID) -> PublishedTrack? {
        for participant in participants {
            if let track = participant.published[sid] { return track }
        }
        return nil
    }

    /// Counts are announced at most this often; recording and metadata at once.
    private static let countInterval = Duration.seconds(5)

    /// Announces changes of the counts, and of whether the room is being recorded.
    func announceCounts(at now: Instant) {
        let info = self.info
        guard info != announced else { return }
        guard info.activeRecording != announced.activeRecording || now >= nextCountUpdate else { return }
        nextCountUpdate = now + Self.countInterval
        broadcastRoom()
    }
}
