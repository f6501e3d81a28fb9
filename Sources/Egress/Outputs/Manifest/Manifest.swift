import Foundation

/// What an egress has left in a storage, for whoever processes it; the names are LiveKit's.
struct Manifest: Codable, Sendable, Hashable {
    /// A file.
    struct File: Codable, Sendable, Hashable {
        var filename: String
        var location: String
    }

    /// A playlist and its segments.
    struct Playlist: Codable, Sendable, Hashable {
        var location: String
        var segments: [File]
    }

    /// A still image.
    struct Image: Codable, Sendable, Hashable {
        var filename: String
        /// Unix nanoseconds.
        var timestamp: Int64
        var location: String
    }

    var egressID: String
    var roomID: String?
    var roomName: String?
    /// Unix nanoseconds.
    var startedAt: Int64?
    /// Unix nanoseconds.
    var endedAt: Int64?
    var publisherIdentity: String?
    var trackID: String?
    var trackKind: String?
    var trackSource: String?
    /// The tracks of a track composite.
    var audioTrackID: String?
    var videoTrackID: String?
    var files: [File]?
    var playlists: [Playlist]?
    var images: [Image]?

    private enum CodingKeys: String, CodingKey {
        case egressID = "egress_id"
        case roomID = "room_id"
        case roomName = "room_name"
        case startedAt = "started_at"
        case endedAt = "ended_at"
        case publisherIdentity = "publisher_identity"
        case trackID = "track_id"
        case trackKind = "track_kind"
        case trackSource = "track_source"
        case audioTrackID = "audio_track_id"
        case videoTrackID = "video_track_id"
        case files, playlists, images
    }

    /// JSON, the same for the same content.
    func encoded() -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { preconditionFailure("texts and numbers are JSON") }
        return [UInt8](data)
    }
}
