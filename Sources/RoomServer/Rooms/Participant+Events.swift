import Forwarding
import LiveKitProtocol
import Logging
import MediaWire
import PeerTransport
import Signaling

extension Participant {
    /// Takes what happened on one of the connections.
    func handle(_ event: PeerEvent, on leg: PeerLeg) {
        guard !isClosed else { return }
        switch event {
        case .media(let media):
            publishedByMid[media.mid]?.receive(media)
        case .senderReport(let mid, let rid, let ntp, let rtpTimestamp, _):
            publishedByMid[mid]?.receive(senderClock: SenderClock(ntp: ntp, rtpTimestamp: rtpTimestamp), rid: rid)
        case .keyFrameRequested(let sender, _):
            subscriptionsBySender[sender]?.keyFrameRequested(at: room.environment.now)
        case .connectionState(let state):
            if leg.changed(to: state) { connectionChanged(leg) }
        case .senderRefused(let sender):
            refused(sender)
        case .roundTripTime(let time):
            if leg === legs.publisher { roundTrip = time }
        case .dataChannelOpened(let id, let label):
            if let channel = leg.opened(id, label: label) { channelOpened(channel, on: leg) }
        case .dataChannelMessage(let id, let bytes, let isBinary):
            // Clients refuse text messages, so none is passed on.
            if isBinary, let channel = leg.channel(of: id) { receiveData(bytes, on: channel) }
        case .dataChannelClosed(let id):
            leg.closed(id)
        case .trackAdded, .trackChanged, .trackRemoved:
            // Tracks are brought in line with each session description, before it is answered.
            break
        case .bandwidthEstimate, .transportFeedback, .receiverReport:
            // For the bandwidth allocator to come; qualities are measured from the statistics.
            break
        }
    }

    private func connectionChanged(_ leg: PeerLeg) {
        logger.debug("connection changed", metadata: ["state": "\(leg.state)", "primary": "\(leg === primaryLeg)"])
        switch leg.state {
        case .connected:
            if leg === primaryLeg { becomeActive() }
        case .failed:
            if leg === primaryLeg || leg.hasConnected { connectionLost() }
        case .new, .connecting, .disconnected, .closed:
            break
        }
    }

    private func becomeActive() {
        deadline = nil
        guard profile.state != .active else { return }
        profile.state = .active
        logger.info("participant active")
        changed()
        report("participant_joined")
        let active = room.speakers.active.filter { hears(ParticipantSID(rawValue: $0.participant)) }
        if !active.isEmpty { send(Room.speakersChanged(active)) }
    }

    /// Lets time pass.
    func tick(at now: Instant) {
        if let deadline, now >= deadline {
            close(profile.state == .active ? .connectionTimeout : .joinFailure)
            return
        }
        for track in published.values { track.tick(at: now) }
        for sid in wishes.expire(known: { self.room.track($0) != nil }, at: now) {
            send(.subscriptionFailed(sid, .seTrackNotfound))
        }
        if now >= nextTokenRefresh { refreshToken() }
        if legs.isSingle {
            if primaryLeg.state == .connected, sections.isOverdue(at: now) { renegotiateIfWaiting() }
        } else if legs.subscriber.state == .connected, offers.isOverdue(at: now) {
            logger.warning("an offer was not answered in time")
            _ = offers.answered(at: now)
            send(.leave(.stateMismatch, .reconnect))
            session?.close()
            session = nil
            deadline = now + Self.resumeTimeout
        }
    }

    private func renegotiateIfWaiting() {
        if legs.subscriber.peer.unassignedSenders.values.contains(where: { $0 > 0 }) { askForSections() }
    }
}
