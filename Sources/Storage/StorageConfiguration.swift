/// Where finished files go.
///
/// Holds credentials: its description does not show them.
public enum StorageConfiguration: Codable, Sendable, Hashable {
    /// The recordings' folder of this machine.
    case local
    /// Amazon S3 and what speaks its protocol.
    case s3(S3Configuration)
    /// Google Cloud Storage.
    case googleCloud(GoogleCloudConfiguration)
    /// Azure Blob Storage.
    case azure(AzureConfiguration)
    /// Alibaba Cloud OSS.
    case aliOSS(AliOSSConfiguration)
}

/// A proxy for HTTP.
public struct ProxyConfiguration: Codable, Sendable, Hashable {
    /// `http://host:port`.
    public var url: String
    /// Empty for a proxy without one.
    public var username: String
    /// Goes with `username`.
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
    /// The key's identifier; without one AWS's default chain is asked (environment, web identity, container, instance).
    public var accessKey = ""
    /// The key itself.
    public var secret = ""
    /// Goes with a key that is only lent.
    public var sessionToken = ""
    /// A role that is taken on with the key, or with what the default chain has.
    public var assumeRoleARN = ""
    /// What the role's owner may ask for.
    public var assumeRoleExternalID = ""
    /// Empty: as the bucket says, else `us-east-1`.
    public var region = ""
    /// Of another store than Amazon's: `https://host:port`.
    public var endpoint = ""
    /// Where objects go.
    public var bucket: String
    /// Whether the bucket stands in the path; an IP address or `localhost` as endpoint implies it.
    public var forcePathStyle = false
    /// Names and values, without `x-amz-meta-`.
    public var metadata: [String: String] = [:]
    /// As a query string.
    public var tagging = ""
    /// Empty: `inline`.
    public var contentDisposition = ""
    /// Nil: none.
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
    /// Where objects go.
    public var bucket: String
    /// Nil: none.
    public var proxy: ProxyConfiguration?
    /// Put before every key.
    public var prefix = ""
    /// Whether locations are URLs that give access for seven days; needs a service account.
    public var generatePresignedURL = false

    /// A bucket.
    public init(bucket: String) { self.bucket = bucket }
}

/// Azure Blob Storage.
public struct AzureConfiguration: Codable, Sendable, Hashable {
    /// The storage account.
    public var accountName: String
    /// Its key, in base 64.
    public var accountKey: String
    /// Where blobs go.
    public var container: String
    /// Put before every key.
    public var prefix = ""
    /// Whether locations are URLs that give access for seven days.
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
    /// The key's identifier.
    public var accessKey: String
    /// The key itself.
    public var secret: String
    /// Not used: the endpoint says it.
    public var region = ""
    /// `oss-cn-hangzhou.aliyuncs.com` or the like.
    public var endpoint: String
    /// Where objects go.
    public var bucket: String
    /// Put before every key.
    public var prefix = ""
    /// Whether locations are URLs that give access for seven days.
    public var generatePresignedURL = false

    /// A bucket.
    public init(accessKey: String, secret: String, endpoint: String, bucket: String) {
        self.accessKey = accessKey
        self.secret = secret
        self.endpoint = endpoint
        self.bucket = bucket
    }
}
