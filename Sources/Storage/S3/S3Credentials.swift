/// A key that requests are signed with.
struct S3Credentials: Sendable, Hashable {
    var accessKey: String
    var secret: String
    var sessionToken = ""
    /// When they end, milliseconds since 1970; nil: never.
    var expires: Int64?

    /// Whether they are good for some minutes yet.
    func areFresh(at unixMilliseconds: Int64) -> Bool {
        guard let expires else { return true }
        return unixMilliseconds < expires - refreshMargin
    }
}

extension S3Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "S3 credentials" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }
}

/// New ones are asked for this long before the old ones end, so that a slow request still ends in time: five minutes.
private let refreshMargin: Int64 = 300_000
