import LiveKitProtocol

extension Livekit_ClientInfo {
    /// What a client says about itself in the query of `/rtc`.
    init(_ query: Query) {
        self.init()
        sdk = Self.sdks[query["sdk"]?.lowercased() ?? ""] ?? .unknown
        version = query["version"] ?? ""
        `protocol` = query.integer("protocol") ?? 0
        os = query["os"] ?? ""
        osVersion = query["os_version"] ?? ""
        deviceModel = query["device_model"] ?? ""
        browser = query["browser"] ?? ""
        browserVersion = query["browser_version"] ?? ""
        network = query["network"] ?? ""
        clientProtocol = query.integer("client_protocol") ?? 0
        capabilities = (query["capabilities"] ?? "").split(separator: ",").prefix(Self.mostCapabilities)
            .compactMap { Self.capabilityNames[String($0)] }
    }

    /// More than there are, less than would be a burden.
    private static let mostCapabilities = 64

    private static let sdks: [String: SDK] = [
        "js": .js, "ios": .swift, "swift": .swift, "android": .android, "flutter": .flutter, "go": .go, "unity": .unity,
        "reactnative": .reactNative, "rust": .rust, "python": .python, "cpp": .cpp, "unityweb": .unityWeb,
        "node": .node, "unreal": .unreal, "esp32": .esp32, "dotnet": .dotnet,
    ]

    private static let capabilityNames: [String: Capability] = [
        "CAP_PACKET_TRAILER": .capPacketTrailer, "CAP_COMPRESSION_DEFLATE_RAW": .capCompressionDeflateRaw,
    ]
}
