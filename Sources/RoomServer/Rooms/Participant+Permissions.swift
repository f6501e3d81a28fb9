import LiveKitProtocol
import Logging
import Signaling

extension Participant {
    /// Takes new rights: what they no longer allow ends at once.
    func setPermission(_ permission: Livekit_ParticipantPermission) {
        guard permission != profile.permission else { return }
        let wasInvisible = isInvisible
        profile.permission = permission
        claims.video = (claims.video ?? VideoGrant()).updated(by: permission)
        logger.info("permission changed")
        for sid in pending.revoke(mayPublish) where traits.understandsUnpublish { send(.trackUnpublished(sid)) }
        for track in Array(published.values) where !mayPublish(track.info.source) { revoke(track) }
        reconcileSubscriptions()
        changed()
        if isInvisible != wasInvisible { visibilityChanged() }
        refreshToken()
    }

    /// Somebody who becomes visible brings tracks along; somebody who hides takes them away.
    private func visibilityChanged() {
        for track in published.values { room.published(track) }
    }
}

extension VideoGrant {
    /// The grant with the rights inside a room replaced.
    func updated(by permission: Livekit_ParticipantPermission) -> VideoGrant {
        var grant = self
        grant.canPublish = permission.canPublish
        grant.canSubscribe = permission.canSubscribe
        grant.canPublishData = permission.canPublishData
        grant.canPublishSources = permission.canPublishSources
        grant.canUpdateOwnMetadata = permission.canUpdateMetadata
        grant.canSubscribeMetrics = permission.canSubscribeMetrics
        grant.canManageAgentSession = permission.canManageAgentSession
        grant.hidden = permission.hidden
        grant.recorder = permission.recorder
        grant.agent = permission.agent
        return grant
    }
}
