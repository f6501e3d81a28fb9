#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The time of day.
struct WallClock: Sendable {
    /// Milliseconds since 1970.
    let now: @Sendable () -> Int64

    static let system = WallClock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// What a store finds around it, for credentials that no configuration names: environment variables, and the metadata
/// services of the big clouds.
struct StorageEnvironment: Sendable {
    private let variables: [String: String]
    let clock: WallClock
    /// The metadata service of an AWS instance.
    var awsMetadata = "http://169.254.169.254"
    /// The metadata service of a Google instance.
    var googleMetadata = "http://metadata.google.internal"

    init(variables: [String: String], clock: WallClock = .system) {
        self.variables = variables
        self.clock = clock
    }

    /// This process's.
    static var process: StorageEnvironment {
        let names = [
            "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION",
            "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_SESSION_NAME", "AWS_ENDPOINT_URL_STS",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
            "AWS_EC2_METADATA_DISABLED", "AWS_EC2_METADATA_SERVICE_ENDPOINT", "GOOGLE_APPLICATION_CREDENTIALS",
            "GCE_METADATA_HOST",
        ]
        var variables: [String: String] = [:]
        for name in names {
            if let value = getenv(name) { variables[name] = String(cString: value) }
        }
        var environment = StorageEnvironment(variables: variables)
        if let address = variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"], !address.isEmpty {
            environment.awsMetadata = address
        }
        if let host = variables["GCE_METADATA_HOST"], !host.isEmpty { environment.googleMetadata = "http://\(host)" }
        return environment
    }

    /// An environment variable that is set and not empty.
    subscript(name: String) -> String? {
        guard let value = variables[name], !value.isEmpty else { return nil }
        return value
    }
}
