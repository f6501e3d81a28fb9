/// The `If-Match` header of a PATCH, by which a client says which ICE session it means (RFC 9725 §4.3.1).
enum ICEPrecondition: Sendable, Hashable {
    /// There is no header.
    case missing
    /// `*`: whichever there is.
    case any
    /// One of these entity tags, quotes included.
    case tags([String])

    /// Reads the header; what is no entity tag matches nothing.
    ///
    /// `"*"` in quotes counts as `*`: the examples of RFC 9725 have it so.
    init(header: String?) {
        guard let header else {
            self = .missing
            return
        }
        let parts = header.split(separator: ",").prefix(16).map { part in
            part.filter { $0 != " " && $0 != "\t" }
        }
        self = parts == ["*"] || parts == ["\"*\""] ? .any : .tags(parts)
    }

    /// What is to be done with a fragment.
    enum Decision: Sendable, Hashable {
        /// Its candidates belong to the ICE session there is: 204.
        case trickle
        /// It has other credentials than the peer's so far: ICE begins anew, 200.
        case restart
        /// It is the restart that happened last, whose answer was lost: the same answer again, 200.
        case repeatRestart
        /// It is refused.
        case refuse(WHIPRefusal)
    }

    /// What the session is at.
    struct Present: Sendable, Hashable {
        var entityTag: String
        /// The peer's credentials.
        var credentials: ICEFragment.Credentials
        var hasRestarted: Bool
        var mids: [String]
    }

    /// Judges a fragment.
    ///
    /// New credentials are a restart whether the client says `*`, as it should, or names the present ICE session (RFC
    /// 9725 §4.3.3).
    func decide(_ fragment: ICEFragment, at present: Present) -> Decision {
        switch self {
        case .missing:
            return .refuse(
                WHIPRefusal(status: 428, message: "If-Match is missing: it names the ICE session by its ETag, or is *")
            )
        case .tags(let tags) where !tags.contains(present.entityTag):
            return .refuse(
                WHIPRefusal(status: 412, message: "If-Match names another ICE session than the present one")
            )
        case .any, .tags: break
        }
        if let stranger = fragment.mids.first(where: { !present.mids.contains($0) }) {
            let known = present.mids.joined(separator: ", ")
            return .refuse(.malformed("the fragment is of mid \(stranger.prefix(16)), but the session has \(known)"))
        }
        guard let credentials = fragment.credentials, credentials != present.credentials else {
            let isRepeated = self == .any && fragment.credentials != nil && present.hasRestarted
            return isRepeated ? .repeatRestart : .trickle
        }
        return .restart
    }
}
