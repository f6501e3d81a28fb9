import LiveKitProtocol

/// The name of an ingress worker, such as `NE_` and twelve characters.
struct IngressNodeID: Identifier {
    static let prefix = "NE_"
    let rawValue: String

    init(rawValue: String) { self.rawValue = rawValue }
}
