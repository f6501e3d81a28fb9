import Logging
import MediaWire
import NIOCore
import PeerTransport
import PeerTransportNIO

// Candidates and restarts that come after the answer (RFC 9725 §4.3).
extension WHIPSession {
    /// Takes a fragment; `ifMatch` is the header of this name.
    func patch(fragment text: String, ifMatch: String?) throws(WHIPRefusal) -> WHIPResourceReply {
        hub.loop.preconditionInEventLoop()
        guard !isFinished, let remote = peer.remoteCredentials else { throw .noResource }
        let fragment: ICEFragment
        do {
            fragment = try ICEFragment(parsing: text)
        } catch {
            throw .malformed("the fragment cannot be read: \(error)")
        }
        let present = ICEPrecondition.Present(
            entityTag: entityTag,
            credentials: ICEFragment.Credentials(ufrag: remote.ufrag, password: remote.password),
            hasRestarted: hasRestartedICE,
            mids: media.mids
        )
        switch ICEPrecondition(header: ifMatch).decide(fragment, at: present) {
        case .refuse(let refusal): throw refusal
        case .trickle:
            add(fragment.candidates)
            return .trickled
        case .restart:
            if let fresh = fragment.credentials {
                peer.restartICE(
                    remoteCredentials: ICECredentials(ufrag: fresh.ufrag, password: fresh.password),
                    at: hub.now
                )
                hasRestartedICE = true
                logger.info("WHIP publisher restarts ICE")
            }
            add(fragment.candidates)
            return restarted
        case .repeatRestart:
            add(fragment.candidates)
            return restarted
        }
    }

    private func add(_ candidates: [ICECandidate]) {
        // What cannot be used is left out; the peer connection bounds how many are kept.
        for candidate in candidates { try? peer.addRemoteCandidate(candidate.serialized(), at: hub.now) }
        attachment?.drain()
    }

    private var restarted: WHIPResourceReply {
        let local = peer.localCredentials
        let fragment = ICEFragment(
            credentials: ICEFragment.Credentials(ufrag: local.ufrag, password: local.password),
            candidates: hub.localCandidates,
            mids: media.mids,
            isEndOfCandidates: true
        )
        let text = fragment.serialized(bundle: media.mids, mediaType: media.firstMediaType)
        return .restarted(fragment: text, entityTag: entityTag)
    }
}
