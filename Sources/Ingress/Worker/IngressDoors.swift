import PeerTransportNIO

/// Where publishers come in, as far as it is open.
struct IngressDoors: Sendable {
    var rtmp: RTMPListener?
    var rtmps: RTMPListener?
    var whip: WHIPListener?
    /// Where WHIP publishers' media arrives.
    var hub: PeerHub?
}

/// A port that publishers come in by could not be had.
public struct DoorError: Error, Sendable, CustomStringConvertible {
    /// The setting that chooses the port, such as `rtmp_port`.
    public let setting: String
    /// Which port, what it is for, why it could not be had, and what to do.
    public let description: String

    init(_ what: String, _ setting: String, _ port: Int, _ reason: any Error) {
        self.setting = setting
        description =
            "\(what) cannot be taken on port \(port): \(reason); choose another with \(setting), or turn it off"
    }
}
