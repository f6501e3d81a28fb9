/// One line of an upload journal.
///
/// Which fields there are depends on the kind.
struct JournalRecord: Codable, Hashable, Sendable {
    /// What happened.
    enum Kind: String, Codable {
        /// A finished file was handed over: `path`, `key`, `type`, `replacing`, `length`.
        case submit
        /// A growing file was announced: `path`, `key`, `type`.
        case grow
        /// A multipart upload was begun: `upload`.
        case begin
        /// A part arrived: `part`, `tag`.
        case part
        /// A growing file ended: `ending`.
        case end
        /// What was begun counts for nothing: the store lost it, or the backup is used.
        case restart
        /// The object is stored: `location`, `length`, `backup`.
        case stored
        /// It was given up: `reason`, `store`.
        case failed
        /// A newer one of the same key took its place, or it was called off.
        case dropped
        /// The primary storage failed for good (no `id`): `reason`.
        case backup
    }

    var kind: Kind
    var id = 0
    var path: String?
    var key: String?
    var type: String?
    var replacing: Bool?
    var length: Int64?
    var upload: String?
    var part: Int?
    var tag: String?
    var ending: FileEnding?
    var location: String?
    var store: String?
    var reason: String?
    var backup: Bool?

    init(_ kind: Kind, id: Int = 0) {
        self.kind = kind
        self.id = id
    }
}
