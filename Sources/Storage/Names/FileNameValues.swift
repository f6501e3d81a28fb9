/// What the placeholders of a file name stand for.
public struct FileNameValues: Sendable, Hashable, Codable {
    /// `{room_id}`.
    public var roomID: String
    /// `{room_name}`.
    public var roomName: String
    /// The instant of `{time}` and `{utc}`, milliseconds since 1970 in UTC.
    public var unixMilliseconds: Int64
    /// `{publisher_identity}`; nil where a recording has no single publisher.
    public var publisherIdentity: String?
    /// `{track_id}`; only track egress has one, and its default name begins with it.
    public var trackID: String?
    /// `{track_type}`: `audio` or `video`.
    public var trackType: String?
    /// `{track_source}`: `camera`, `microphone`, `screen_share` and so on.
    public var trackSource: String?
    /// `{retry}`: which further attempt this is; 0 for the first.
    public var retry: Int

    /// The values for one recording.
    public init(
        roomID: String,
        roomName: String,
        unixMilliseconds: Int64,
        publisherIdentity: String? = nil,
        trackID: String? = nil,
        trackType: String? = nil,
        trackSource: String? = nil,
        retry: Int = 0
    ) {
        self.roomID = roomID
        self.roomName = roomName
        self.unixMilliseconds = unixMilliseconds
        self.publisherIdentity = publisherIdentity
        self.trackID = trackID
        self.trackType = trackType
        self.trackSource = trackSource
        self.retry = retry
    }

    func value(of key: String) -> String? {
        switch key {
        case "room_id": safe(roomID)
        case "room_name": safe(roomName)
        case "time": CalendarTime(unixMilliseconds: unixMilliseconds).time
        case "utc": CalendarTime(unixMilliseconds: unixMilliseconds).utc
        case "publisher_identity": publisherIdentity.map(safe)
        case "track_id": trackID.map(safe)
        case "track_type": trackType.map(safe)
        case "track_source": trackSource.map(safe)
        case "retry": retry > 0 ? String(retry) : nil
        default: nil
        }
    }

    /// The name of what was asked for without one: `<room name or track>-<time>`, and the attempt if it is a further
    /// one.
    var defaultName: String {
        let subject = trackID ?? (roomName.isEmpty ? "web" : roomName)
        let attempt = retry > 0 ? "-\(retry)" : ""
        return "\(safe(subject))-\(CalendarTime(unixMilliseconds: unixMilliseconds).time)\(attempt)"
    }
}

/// `text` as a part of one file name: no separators, no control characters, no leading dot.
private func safe(_ text: String) -> String {
    let name = String(String.UnicodeScalarView(text.unicodeScalars.map { isUnsafe($0) ? "_" : $0 }))
    return name.hasPrefix(".") ? "_" + name.dropFirst() : name
}

private func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "/" || scalar == "\\" || scalar.value < 0x20 || scalar.value == 0x7F
}
