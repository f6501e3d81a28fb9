import LiveKitProtocol
import Signaling

extension Room {
    /// Passes a stamped data packet on to those it is for, never to its sender.
    func route(
        _ packet: [UInt8],
        on channel: PeerLeg.Channel,
        to audience: DataStamp.Audience,
        from sender: Participant?
    ) {
        for participant in participants where participant !== sender {
            guard audience.includes(identity: participant.identity, sid: participant.sid) else { continue }
            participant.deliver(packet, on: channel, isFromServer: sender == nil)
        }
    }
}
