import MediaWire
import PeerTransport

/// The peer connections of a participant: two in the older model, one in the newer.
///
/// With two, the client offers on the publisher connection and the server on the subscriber connection. With one,
/// the client makes all offers.
final class ParticipantLegs {
    /// What the participant publishes on.
    let publisher: PeerLeg
    /// What it is sent to on: the same one in the newer model.
    let subscriber: PeerLeg

    var isSingle: Bool { publisher === subscriber }
    var all: [PeerLeg] { isSingle ? [publisher] : [publisher, subscriber] }

    init(room: Room, label: String, isSingle: Bool) {
        let environment = room.environment
        let enabled = room.configuration.enabledCodecs
        let queue = room.core.drains
        func makeLeg(_ name: String, _ role: ICERole) -> PeerLeg {
            let peer = environment.makePeer { configuration in
                configuration.iceRole = role
                configuration.label = "\(label)/\(name)"
                configuration.audioCodecs.removeAll { !enabled.contains($0.codec) }
                configuration.videoCodecs.removeAll { !enabled.contains($0.codec) }
            }
            return PeerLeg(peer: peer, queue: queue)
        }
        publisher = makeLeg(isSingle ? "single" : "publisher", .controlled)
        subscriber = isSingle ? publisher : makeLeg("subscriber", .controlling)
    }

    /// Starts driving the connections.
    func attach(to environment: any RoomEnvironment, onEvent: @escaping (PeerEvent, PeerLeg) -> Void) {
        for leg in all {
            leg.attach(to: environment) { [unowned leg] event in onEvent(event, leg) }
        }
    }

    func close(at now: Instant) {
        for leg in all { leg.close(at: now) }
    }
}
