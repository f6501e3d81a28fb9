import LiveKitProtocol
import Logging
import MediaWire
import PeerTransport
import Signaling
import SwiftProtobuf

extension Participant {
    /// The largest data packet taken, in bytes; what clients are told in session descriptions.
    static let maximumDataPacket = 65_535

    /// Takes a message of the client: stamps it and passes it on.
    func receiveData(_ bytes: [UInt8], on channel: PeerLeg.Channel) {
        guard channel != .dataTrack else { return }
        guard permission.canPublishData else {
            logger.debug("data ignored: no permission")
            return
        }
        guard bytes.count <= Self.maximumDataPacket,
            var packet = try? Livekit_DataPacket(serializedBytes: bytes)
        else {
            logger.debug("malformed data ignored", metadata: ["bytes": "\(bytes.count)"])
            return
        }
        if channel == .reliable, packet.sequence != 0 {
            // Replayed after a reconnect: already passed on.
            guard packet.sequence > lastReliableSequence else { return }
            lastReliableSequence = packet.sequence
        }
        packet.kind = channel == .reliable ? .reliable : .lossy
        let stamp = DataStamp(
            sid: sid,
            identity: identity,
            isHidden: isInvisible,
            isAgent: permission.agent || profile.kind == .agent
        )
        guard let audience = stamp.apply(to: &packet), let payload: [UInt8] = try? packet.serializedBytes() else {
            logger.debug("data of this kind ignored")
            return
        }
        room.route(payload, on: channel, to: audience, from: self)
    }

    /// Sends a data packet to the client, or keeps it until the client can take it.
    func deliver(_ payload: [UInt8], on channel: PeerLeg.Channel, isFromServer: Bool) {
        let now = room.environment.now
        let leg = dataLeg
        let isReady = isFromServer ? leg.isOpen(.reliable) && leg.isOpen(.lossy) : leg.isOpen(channel)
        if isReady {
            if !leg.send(payload, on: channel, at: now) { logger.debug("data channel full: message dropped") }
        } else if channel == .reliable || isFromServer {
            backlog.append(payload, expires: !isFromServer, at: now)
        }
    }

    /// The connection data goes out on: the server's channels where the server offers, else the client's own.
    var dataLeg: PeerLeg { legs.isSingle || !hasPrimarySubscriber ? legs.publisher : legs.subscriber }

    /// A channel has opened: what was kept for it goes out.
    func channelOpened(_ channel: PeerLeg.Channel, on leg: PeerLeg) {
        guard leg === dataLeg, leg.isOpen(.reliable), leg.isOpen(.lossy) else { return }
        let now = room.environment.now
        for payload in backlog.drain(at: now) { _ = leg.send(payload, on: .reliable, at: now) }
    }
}
