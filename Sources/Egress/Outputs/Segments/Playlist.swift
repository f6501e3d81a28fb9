/// A media playlist (RFC 8216 §4), made of the segments it was given.
struct Playlist: Sendable, Hashable {
    /// How much of the recording it names.
    enum Kind: Sendable, Hashable {
        /// Everything; it only ever grows.
        case event
        /// The last so many segments.
        case live(window: Int)
    }

    /// One segment.
    struct Segment: Sendable, Hashable {
        /// Its name, relative to the playlist.
        var name: String
        /// Seconds.
        var duration: Double
        /// The time of day of its first picture, in Unix nanoseconds.
        var start: Int64
        /// Whether something is missing before it.
        var followsGap = false
    }

    let kind: Kind
    /// The initialization segment of fragmented MP4; transport streams have none.
    let map: String?
    /// Whole seconds that no segment exceeds when rounded; never changes (RFC 8216 §6.2.1).
    let targetDuration: Int
    private(set) var segments: [Segment] = []
    /// Segments that were named once and are no more.
    private(set) var dropped = 0
    private var droppedGaps = 0
    /// The lines of all segments, while none is dropped: a long recording's are not put together again for each.
    private var body = ""
    private(set) var hasEnded = false

    /// A playlist without segments for segments of so many seconds.
    init(_ kind: Kind, segmentDuration: Double, map: String?) {
        self.kind = kind
        self.map = map
        targetDuration = Self.targetDuration(for: segmentDuration)
    }

    /// What to promise for segments that are to last so many seconds: key frames come a frame or two late.
    static func targetDuration(for segmentDuration: Double) -> Int {
        max(1, Int(min(segmentDuration + 0.07, 1e6).rounded()))
    }

    /// The next segment is there.
    mutating func append(_ segment: Segment) {
        precondition(!hasEnded, "an ended playlist does not grow")
        segments.append(segment)
        guard case .live(let window) = kind else {
            body += Self.lines(of: segment)
            return
        }
        while segments.count > max(1, window), mayDropFirst {
            if segments.removeFirst().followsGap { droppedGaps += 1 }
            dropped += 1
        }
    }

    /// Three target durations have to stay (RFC 8216 §6.2.2).
    private var mayDropFirst: Bool {
        segments.dropFirst().reduce(0) { $0 + $1.duration } >= Double(3 * targetDuration)
    }

    /// Nothing follows.
    mutating func end() {
        hasEnded = true
    }

    /// The playlist as a file.
    var text: String {
        // 4 is what LiveKit writes for transport streams; EXT-X-MAP in a playlist of pictures needs 6, and 7 is what
        // fragmented MP4 is commonly announced with (RFC 8216 §7).
        var lines = ["#EXTM3U", "#EXT-X-VERSION:\(map == nil ? 4 : 7)"]
        if case .event = kind { lines.append("#EXT-X-PLAYLIST-TYPE:EVENT") }
        lines.append("#EXT-X-TARGETDURATION:\(targetDuration)")
        lines.append("#EXT-X-MEDIA-SEQUENCE:\(dropped)")
        if droppedGaps > 0 { lines.append("#EXT-X-DISCONTINUITY-SEQUENCE:\(droppedGaps)") }
        lines.append("#EXT-X-INDEPENDENT-SEGMENTS")
        if let map { lines.append("#EXT-X-MAP:URI=\"\(Self.uri(map))\"") }
        let end = hasEnded ? "#EXT-X-ENDLIST\n" : ""
        return lines.joined(separator: "\n") + "\n" + (body.isEmpty ? segments.map(Self.lines).joined() : body) + end
    }

    private static func lines(of segment: Segment) -> String {
        (segment.followsGap ? "#EXT-X-DISCONTINUITY\n" : "")
            + "#EXT-X-PROGRAM-DATE-TIME:\(dateTime(segment.start))\n#EXTINF:\(decimal(segment.duration)),\n"
            + "\(uri(segment.name))\n"
    }
}

extension Playlist {
    /// A name as a relative reference (RFC 3986 §4.2): what could mean something else is escaped, a colon too, which would make a
    /// scheme of what is before it.
    static func uri(_ name: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var text = ""
        for byte in name.utf8 {
            let character = Character(UnicodeScalar(byte))
            if byte < 128, character.isLetter || character.isNumber || "-._~/!$&'()*+,;=@".contains(character) {
                text.append(character)
            } else {
                text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return text
    }

    /// Seconds with six decimals.
    static func decimal(_ seconds: Double) -> String {
        let millionths = Int64((max(0, min(seconds, 1e9)) * 1e6).rounded())
        let fraction = String(millionths % 1_000_000)
        return "\(millionths / 1_000_000)." + String(repeating: "0", count: 6 - fraction.count) + fraction
    }

    /// A time of day as ISO 8601 writes it, in UTC with milliseconds.
    static func dateTime(_ unixNanoseconds: Int64) -> String {
        let milliseconds = (unixNanoseconds + 500_000) / 1_000_000
        func padded(_ number: Int64, _ digits: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        let (days, ofDay) = (milliseconds / 86_400_000, milliseconds % 86_400_000)
        // A civil date from days since 1970, in eras of 400 years that begin on 1 March.
        let shifted = days + 719_468
        let (era, dayOfEra) = (shifted / 146_097, shifted % 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        let (day, month) = (dayOfYear - (153 * march + 2) / 5 + 1, march < 10 ? march + 3 : march - 9)
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let clock = [ofDay / 3_600_000, ofDay / 60_000 % 60, ofDay / 1_000 % 60].map { padded($0, 2) }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(clock.joined(separator: ":"))"
            + ".\(padded(ofDay % 1_000, 3))Z"
    }
}
