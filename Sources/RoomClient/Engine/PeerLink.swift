import LiveKitProtocol
import MediaWire
import PeerTransport
import PeerTransportNIO

/// One of a session's two peer connections, with what signalling knows about it.
final class PeerLink {
    /// Candidates kept while the remote description is awaited; a server has a handful.
    static let maximumPendingCandidates = 64

    let target: Livekit_SignalTarget
    let peer: PeerConnection
    /// Our addresses for this connection.
    let candidates: [ICECandidate]
    /// The hub that drives the connection; set once it does.
    var attachment: PeerAttachment?
    var state = PeerConnectionState.new
    /// Offers this side makes; only the publisher's link makes any.
    var negotiation = OfferNegotiation()
    /// What was last agreed, for the state sent on a resume.
    var lastOffer: Livekit_SessionDescription?
    var lastAnswer: Livekit_SessionDescription?
    /// Data channels by label, and whether each is open.
    var channels: [String: (id: DataChannelID, isOpen: Bool)] = [:]
    private var hasRemoteDescription = false
    private var pendingCandidates: [String] = []

    init(target: Livekit_SignalTarget, peer: PeerConnection, candidates: [ICECandidate]) {
        self.target = target
        self.peer = peer
        self.candidates = candidates
    }

    /// Sends what the connection has to send after it was touched.
    func flush() { attachment?.drain() }

    /// Takes a trickled candidate, now or once there is a description it belongs to.
    func add(_ candidate: String, at now: Instant) throws(NegotiationError) {
        guard hasRemoteDescription else {
            if pendingCandidates.count < Self.maximumPendingCandidates { pendingCandidates.append(candidate) }
            return
        }
        try peer.addRemoteCandidate(candidate, at: now)
    }

    /// Takes the other side's offer and answers it.
    func answer(_ offer: Livekit_SessionDescription, at now: Instant) throws(NegotiationError) -> String {
        try peer.setRemoteOffer(offer.sdp, at: now)
        let answer = try peer.createAnswer(at: now)
        lastOffer = offer
        try describedRemotely(at: now)
        return answer
    }

    /// Takes the other side's answer.
    func accept(_ answer: Livekit_SessionDescription, at now: Instant) throws(NegotiationError) {
        try peer.setRemoteAnswer(answer.sdp, at: now)
        lastAnswer = answer
        try describedRemotely(at: now)
    }

    private func describedRemotely(at now: Instant) throws(NegotiationError) {
        hasRemoteDescription = true
        let candidates = pendingCandidates
        pendingCandidates = []
        for candidate in candidates { try peer.addRemoteCandidate(candidate, at: now) }
    }

    /// Ends the connection.
    func close(at now: Instant) {
        peer.close(at: now)
        flush()
        attachment?.detach()
        attachment = nil
    }
}
