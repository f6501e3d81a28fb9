/// Where publishers are told to go; a stream key behind it makes the whole address.
public struct IngressAddresses: Sendable, Hashable {
    /// Of RTMP, such as `rtmp://host:1935/live`; empty if nobody has said.
    public var rtmp: String
    /// Of WHIP, such as `https://host/w`; empty if nobody has said.
    public var whip: String

    /// Addresses, given out as they are.
    public init(rtmp: String, whip: String) {
        self.rtmp = rtmp
        self.whip = whip
    }
}
