/// Where finished files go. Holds credentials: its description does not show them.
public enum StorageConfiguration: Codable, Sendable, Hashable {
    /// The recordings' folder of this machine.
    case local
    case s3(S3Configuration)
    case googleCloud(GoogleCloudConfiguration)
    case azure(AzureConfiguration)
    case aliOSS(AliOSSConfiguration)
}

extension StorageConfiguration: CustomStringConvertible {
    public var description: String {
        switch self {
        case .local: "local disk"
        case .s3(let s3): "S3 bucket \(s3.bucket)"
        case .googleCloud(let google): "Google Cloud bucket \(google.bucket)"
        case .azure(let azure): "Azure container \(azure.container)"
        case .aliOSS(let oss): "OSS bucket \(oss.bucket)"
        }
    }
}

/// A proxy for HTTP.
public struct ProxyConfiguration: Codable, Sendable, Hashable {
    public var url: String
    public var username: String
    public var password: String

    /// A proxy.
    public init(url: String, username: String = "", password: String = "") {
        self.url = url
        self.username = username
        self.password = password
    }
}

/// Amazon S3 and what speaks its protocol; empty texts stand for what was not given.
public struct S3Configuration: Codable, Sendable, Hashable {
    public var accessKey = ""
    public var secret = ""
    public var sessionToken = ""
    public var assumeRoleARN = ""
    public var assumeRoleExternalID = ""
    public var region = ""
    public var endpoint = ""
    public var bucket: String
    public var forcePathStyle = false
    public var metadata: [String: String] = [:]
    /// As a query string.
    public var tagging = ""
    public var contentDisposition = ""
    public var proxy: ProxyConfiguration?
    /// Put before every key.
    public var prefix = ""
    /// Whether locations are URLs that give access for seven days.
    public var generatePresignedURL = false

    /// A bucket.
    public init(bucket: String) { self.bucket = bucket }
}

/// Google Cloud Storage.
public struct GoogleCloudConfiguration: Codable, Sendable, Hashable {
    /// JSON of a service account; empty: the machine's default credentials.
    public var credentials = ""
    public var bucket: String
    public var proxy: ProxyConfiguration?
    public var prefix = ""
    public var generatePresignedURL = false

    /// A bucket.
    public init(bucket: String) { self.bucket = bucket }
}

/// Azure Blob Storage.
public struct AzureConfiguration: Codable, Sendable, Hashable {
    public var accountName: String
    public var accountKey: String
    public var container: String
    public var prefix = ""
    public var generatePresignedURL = false

    /// A container.
    public init(accountName: String, accountKey: String, container: String) {
        self.accountName = accountName
        self.accountKey = accountKey
        self.container = container
    }
}

/// Alibaba Cloud OSS.
public struct AliOSSConfiguration: Codable, Sendable, Hashable {
    public var accessKey: String
    public var secret: String
    public var region = ""
    public var endpoint: String
    public var bucket: String
    public var prefix = ""
    public var generatePresignedURL = false

    /// A bucket.
    public init(accessKey: String, secret: String, endpoint: String, bucket: String) {
        self.accessKey = accessKey
        self.secret = secret
        self.endpoint = endpoint
        self.bucket = bucket
    }
}
