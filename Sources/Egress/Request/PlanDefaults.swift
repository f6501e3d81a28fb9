public import Storage

/// What a plan takes from the service's configuration where the request says nothing.
public struct PlanDefaults: Sendable {
    /// What becomes of a request that names a role to assume and no key to assume it with.
    public enum AssumeRole: Sendable, Hashable {
        /// It is refused.
        case refused
        /// The service has a key for it; `role` is taken where a request gives neither key nor role.
        case key(accessKey: String, secret: String, role: String, externalID: String)
        /// Somebody else will know: for services that only look the request over.
        case unchecked
    }

    /// Where files go when neither output nor request say.
    public var storage: StorageConfiguration
    /// Where they go when that fails for good.
    public var backup: StorageConfiguration?
    /// Whether a file output without any storage is refused.
    public var disallowLocalStorage: Bool
    /// Put before every key of storages that requests name.
    public var prefix: String
    /// Whether the locations of files in storages that requests name are URLs that give access.
    public var generatePresignedURL: Bool
    /// What becomes of requests that name a role without a key.
    public var assumeRole: AssumeRole
    /// How segments are made, by protocol.
    public var segments: [String: SegmentsRecipe]
    /// Seconds without a connection after which a stream's URL is given up; nil: never.
    public var streamGiveUpAfter: Double?

    /// The settings of a service.
    public init(
        storage: StorageConfiguration = .local,
        backup: StorageConfiguration? = nil,
        disallowLocalStorage: Bool = false,
        prefix: String = "",
        generatePresignedURL: Bool = false,
        assumeRole: AssumeRole = .refused,
        segments: [String: SegmentsRecipe] = SegmentsRecipe.stock,
        streamGiveUpAfter: Double? = nil
    ) {
        self.storage = storage
        self.backup = backup
        self.disallowLocalStorage = disallowLocalStorage
        self.prefix = prefix
        self.generatePresignedURL = generatePresignedURL
        self.assumeRole = assumeRole
        self.segments = segments
        self.streamGiveUpAfter = streamGiveUpAfter
    }

    /// For looking a request over that another process will carry out with settings of its own.
    public static let permissive = PlanDefaults(assumeRole: .unchecked)
}
