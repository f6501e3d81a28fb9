import LiveKitProtocol
import MediaWire

/// Which sessions are lost: nobody has told of their end, and no worker has them any more, because it was killed or cut off.
///
/// An answer may come too late, or a session be on its way from one worker to the next, so a session is lost only when it was
/// in no answer for ``patience``.
struct LostSessions {
    /// Three looks in a row, one in fifteen seconds.
    static let patience = Duration.seconds(40)

    private struct Session: Hashable {
        var ingress: String
        var resource: String
    }

    /// Sessions that were in no answer, and since when.
    private var missing: [Session: Instant] = [:]

    /// Compares what is known with the answers of all workers; the ingresses whose sessions are lost.
    mutating func look(
        at infos: [Livekit_IngressInfo],
        _ answers: [Rpc_ListActiveIngressResponse],
        at now: Instant
    ) -> [Livekit_IngressInfo] {
        let resources = Set(answers.flatMap(\.ingressSessions).map(\.resourceID))
        // Older workers tell the ingresses alone.
        let ingresses = Set(answers.filter(\.ingressSessions.isEmpty).flatMap(\.ingressIds))
        var stillMissing: [Session: Instant] = [:]
        let lost = infos.filter { info in
            let session = Session(ingress: info.ingressID, resource: info.state.resourceID)
            guard info.state.isLive, !resources.contains(session.resource), !ingresses.contains(session.ingress) else {
                return false
            }
            let since = missing[session] ?? now
            stillMissing[session] = since
            return now - since >= Self.patience
        }
        missing = stillMissing
        return lost
    }
}
