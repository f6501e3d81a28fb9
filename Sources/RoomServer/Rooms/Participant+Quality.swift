import Forwarding
import LiveKitProtocol
import MediaWire
import PeerTransport
import Signaling

/// Packets a participant has sent and lost, since the start.
struct TrafficSample {
    var packets = 0
    var lost = 0
}

extension Participant {
    /// Measures the connection over the time since the last call.
    func measureQuality() {
        let statistics = legs.publisher.peer.statistics
        var traffic = TrafficSample()
        for stream in statistics.inbound {
            traffic.packets += stream.packets
            // What a retransmission has brought back was heard and seen.
            traffic.lost += max(0, stream.lost - stream.recovered)
        }
        let packets = traffic.packets - lastTraffic.packets
        let lost = max(0, traffic.lost - lastTraffic.lost)
        lastTraffic = traffic
        let expected = packets + lost
        score.update(
            ConnectionScore.Sample(
                loss: expected > 0 ? Double(lost) / Double(expected) : 0,
                roundTrip: (statistics.roundTrip ?? roundTrip).inSeconds,
                isConnected: primaryLeg.state == .connected || primaryLeg.state == .disconnected
            )
        )
    }

    /// Tells the client about its own connection and those of the participants it is subscribed to, where they changed.
    func announceQualities() {
        guard traits.understandsConnectionQuality, profile.state == .active else { return }
        var update = Livekit_ConnectionQualityUpdate()
        for other in room.participants where other.profile.state == .active && (other === self || watches(other)) {
            var quality = Self.quality(other.score.rating)
            if quality == .lost, !traits.understandsQualityLost { quality = .poor }
            guard announcedQualities[other.sid] != quality else { continue }
            announcedQualities[other.sid] = quality
            var info = Livekit_ConnectionQualityInfo()
            info.participantSid = other.sid.rawValue
            info.quality = quality
            info.score = Float(other.score.meanOpinionScore)
            update.updates.append(info)
        }
        guard !update.updates.isEmpty else { return }
        send(Livekit_SignalResponse(.connectionQuality(update)))
    }

    private func watches(_ other: Participant) -> Bool {
        subscriptions.values.contains { $0.track.publisher === other }
    }

    private static func quality(_ rating: ConnectionScore.Rating) -> Livekit_ConnectionQuality {
        switch rating {
        case .lost: .lost
        case .poor: .poor
        case .good: .good
        case .excellent: .excellent
        }
    }
}
