/// What is asked of a session: by its publisher, or by a worker at which the publisher's request arrived.
package struct WHIPResourceRequest: Sendable {
    /// What shall happen.
    package enum Action: Sendable, Hashable {
        /// The session ends.
        case delete
        /// Candidates are added or ICE is restarted (RFC 9725 §4.3).
        ///
        /// The fragment is a body of type `application/trickle-ice-sdpfrag`, `ifMatch` the header of this name.
        case patch(fragment: String, ifMatch: String?)
    }

    /// Which session, `WH_…`.
    package var resourceID: String
    /// Proves that the request is the publisher's: its stream key, or the secret of the session's URL.
    ///
    /// Nil if it showed nothing. Never logged.
    package var credential: WHIPStreamKey?
    /// What shall happen.
    package var action: Action

    /// A request by its parts.
    package init(resourceID: String, credential: WHIPStreamKey?, action: Action) {
        self.resourceID = resourceID
        self.credential = credential
        self.action = action
    }
}

/// What became of a request to a session.
package enum WHIPResourceReply: Sendable, Hashable {
    /// The session has ended.
    case deleted
    /// The candidates are taken.
    case trickled
    /// ICE begins anew with this fragment, and the ICE session has this entity tag, quotes included.
    case restarted(fragment: String, entityTag: String)
}
