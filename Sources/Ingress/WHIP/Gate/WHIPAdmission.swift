/// Where an admitted publisher's media goes, and what its session is called.
///
/// Both destinations outlive a connection: a gate that hands out the one it has handed out before lets the publisher go
/// on in the same participant and the same tracks, and whoever was connected before is sent away.
package enum WHIPAdmission: Sendable {
    /// Media goes into the room as it is.
    case bypass(BypassParticipant, resourceID: String)
    /// Media goes to a session that transcodes.
    case transcode(TranscodedInput, resourceID: String)

    /// Names the session, `WH_…`; another one for each admission.
    package var resourceID: String {
        switch self {
        case .bypass(_, let resourceID), .transcode(_, let resourceID): resourceID
        }
    }

    var destination: any WHIPDestination {
        switch self {
        case .bypass(let participant, _): participant
        case .transcode(let input, _): input
        }
    }
}
