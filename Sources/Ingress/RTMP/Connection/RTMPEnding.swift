/// How a publisher's connection came to its end.
enum RTMPEnding: Hashable, Sendable {
    /// The publisher said so.
    case finished
    /// The connection closed without a word.
    case lost
    /// The publisher was sent away, and told why.
    case refused(RTMPRefusal)
    /// What came was not RTMP, or too much of it.
    case failed(RTMPError)
}
