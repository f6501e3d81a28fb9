package import LiveKitProtocol

/// Tracks that a publisher has announced and whose media has not shown up in a session description yet.
///
/// Announcements and offers may come in either order; the server tries to match both ways.
package struct PendingTracks: Sendable {
    /// Announcements waiting for media at once; a client that has more is broken.
    package static let maximumPending = 20
    /// Announcements waiting for another one with the same client id.
    package static let maximumQueuedPerCID = 3

    /// One announced track.
    package struct Track: Sendable {
        /// The announcement.
        package var request: Livekit_AddTrackRequest
        /// The description given to the client.
        package var info: Livekit_TrackInfo
    }

    /// What to answer to an announcement.
    package enum Outcome: Sendable, Hashable {
        /// `track_published` with this description.
        case accepted(Livekit_TrackInfo)
        /// `request_response` with this reason and message.
        case refused(Livekit_RequestResponse.Reason, String)
    }

    private var tracks: [Track] = []
    private var queued: [Livekit_AddTrackRequest] = []

    /// Nothing announced.
    package init() {}

    /// How many tracks wait for media.
    package var count: Int { tracks.count }

    /// Takes an announcement.
    ///
    /// - Parameters:
    ///   - mayPublish: whether the participant may publish from the announced source.
    ///   - publishedCIDs: the client ids of tracks already published.
    package mutating func announce(
        _ request: Livekit_AddTrackRequest,
        mayPublish: Bool,
        publishedCIDs: Set<String>
    ) -> Outcome {
        guard mayPublish else { return .refused(.notAllowed, "does not have permission to publish this source") }
        guard request.type == .audio || request.type == .video else {
            return .refused(.unsupportedType, "tracks are audio or video")
        }
        // A second codec of an existing track names that track; backup codecs are not published here, so none is known.
        guard request.sid.isEmpty else { return .refused(.notFound, "no such track: \(request.sid)") }
        guard !request.cid.isEmpty else { return .refused(.invalidRequest, "cid is required") }
        guard tracks.count + queued.count < Self.maximumPending else {
            return .refused(.limitExceeded, "at most \(Self.maximumPending) tracks can be pending")
        }
        if publishedCIDs.contains(request.cid) || tracks.contains(where: { $0.request.cid == request.cid }) {
            guard queued.count(where: { $0.cid == request.cid }) < Self.maximumQueuedPerCID else {
                return .refused(.limitExceeded, "too many tracks with cid \(request.cid)")
            }
            queued.append(request)
            return .refused(.queued, "a track with this cid is published already")
        }
        return .accepted(add(request))
    }

    /// Finds the announcement a remote track belongs to and takes it out.
    ///
    /// By client id first, then by the ids of its codecs, then the oldest of the same kind.
    package mutating func match(type: Livekit_TrackType, trackID: String, streamID: String) -> Track? {
        let ids = [trackID, streamID].filter { !$0.isEmpty && $0 != "-" }
        let candidates = tracks.indices.filter { tracks[$0].request.type == type }
        let index =
            candidates.first { ids.contains(tracks[$0].request.cid) }
            ?? candidates.first { tracks[$0].request.simulcastCodecs.contains { ids.contains($0.cid) } }
            ?? candidates.first
        return index.map { tracks.remove(at: $0) }
    }

    /// A published track with this client id has ended: the next queued announcement with the same one is accepted.
    package mutating func cidReleased(_ cid: String) -> (cid: String, info: Livekit_TrackInfo)? {
        guard !tracks.contains(where: { $0.request.cid == cid }),
            let index = queued.firstIndex(where: { $0.cid == cid })
        else { return nil }
        return (cid, add(queued.remove(at: index)))
    }

    /// Changes the mute state of a pending track; returns whether there is one with this name.
    package mutating func setMuted(_ sid: TrackSID, _ muted: Bool) -> Bool {
        guard let index = tracks.firstIndex(where: { $0.info.sid == sid.rawValue }) else { return false }
        tracks[index].info.muted = muted
        return true
    }

    /// Forgets pending tracks from sources no longer allowed; returns their names.
    package mutating func revoke(_ isAllowed: (Livekit_TrackSource) -> Bool) -> [TrackSID] {
        let revoked = tracks.filter { !isAllowed($0.info.source) }.map { TrackSID(rawValue: $0.info.sid) }
        tracks.removeAll { !isAllowed($0.info.source) }
        queued.removeAll { !isAllowed($0.source) }
        return revoked
    }

    /// Whether a name belongs to a pending track.
    package func contains(_ sid: TrackSID) -> Bool {
        tracks.contains { $0.info.sid == sid.rawValue }
    }

    private mutating func add(_ request: Livekit_AddTrackRequest) -> Livekit_TrackInfo {
        let sid = TrackAnnouncement.makeSID(type: request.type, source: request.source)
        let info = TrackAnnouncement.info(for: request, sid: sid)
        tracks.append(Track(request: request, info: info))
        return info
    }
}
