import LiveKitProtocol

/// The name of an egress worker, such as `NE_` and twelve characters.
struct EgressNodeID: Identifier {
    static let prefix = "NE_"
    let rawValue: String

    init(rawValue: String) { self.rawValue = rawValue }
}
