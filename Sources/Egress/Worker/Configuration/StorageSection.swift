import Settings
import Storage

/// The sections `storage` and `backup`: at most one store, and how its objects are named.
struct StorageSection {
    private(set) var configuration: StorageConfiguration?
    private(set) var prefix = ""
    private(set) var generatePresignedURL = false
    private(set) var unknown: [UnknownSetting] = []
    private(set) var idle: [String] = []

    init(_ section: YAMLSection) throws(ConfigurationError) {
        var section = section
        prefix = try section.text("prefix") ?? ""
        generatePresignedURL = try section.flag("generate_presigned_url") ?? false
        let stores = ["s3", "gcp", "azure", "alioss"].filter { section.contains($0) }
        guard stores.count <= 1 else {
            throw section.error(stores[1], "only one store can be named, and \(stores[0]) is there already")
        }
        switch stores.first {
        case "s3": configuration = .s3(try s3(section.section("s3")))
        case "gcp": configuration = .googleCloud(try googleCloud(section.section("gcp")))
        case "azure": configuration = .azure(try azure(section.section("azure")))
        case "alioss": configuration = .aliOSS(try aliOSS(section.section("alioss")))
        default: break
        }
        unknown += section.unknownSettings
    }

    private mutating func s3(_ section: YAMLSection) throws(ConfigurationError) -> S3Configuration {
        var section = section
        var s3 = S3Configuration(bucket: try required(&section, "bucket"))
        s3.accessKey = try section.text("access_key") ?? ""
        s3.secret = try section.text("secret") ?? ""
        guard s3.accessKey.isEmpty == s3.secret.isEmpty else {
            throw section.error("secret", "access_key and secret go together; without both, the machine's are used")
        }
        s3.sessionToken = try section.text("session_token") ?? ""
        s3.assumeRoleARN = try section.text("assume_role_arn") ?? ""
        s3.assumeRoleExternalID = try section.text("assume_role_external_id") ?? ""
        s3.region = try section.text("region") ?? ""
        s3.endpoint = try section.text("endpoint") ?? ""
        s3.forcePathStyle = try section.flag("force_path_style") ?? false
        s3.tagging = try section.text("tagging") ?? ""
        s3.contentDisposition = try section.text("content_disposition") ?? ""
        s3.proxy = try proxy(&section)
        var metadata = try section.section("metadata")
        for pair in try metadata.pairs() { s3.metadata[pair.key] = pair.text }
        s3.prefix = prefix
        s3.generatePresignedURL = generatePresignedURL
        for key in ["max_retries", "max_retry_delay", "min_retry_delay", "aws_log_level"] where section.contains(key) {
            idle.append("s3.\(key)")
        }
        unknown += section.unknownSettings
        return s3
    }

    private mutating func googleCloud(_ section: YAMLSection) throws(ConfigurationError) -> GoogleCloudConfiguration {
        var section = section
        var google = GoogleCloudConfiguration(bucket: try required(&section, "bucket"))
        google.credentials = try section.text("credentials_json") ?? ""
        google.proxy = try proxy(&section)
        google.prefix = prefix
        google.generatePresignedURL = generatePresignedURL
        unknown += section.unknownSettings
        return google
    }

    private mutating func azure(_ section: YAMLSection) throws(ConfigurationError) -> AzureConfiguration {
        var section = section
        var azure = AzureConfiguration(
            accountName: try required(&section, "account_name"),
            accountKey: try required(&section, "account_key"),
            container: try required(&section, "container_name")
        )
        azure.prefix = prefix
        azure.generatePresignedURL = generatePresignedURL
        unknown += section.unknownSettings
        return azure
    }

    private mutating func aliOSS(_ section: YAMLSection) throws(ConfigurationError) -> AliOSSConfiguration {
        var section = section
        var oss = AliOSSConfiguration(
            accessKey: try required(&section, "access_key"),
            secret: try required(&section, "secret"),
            endpoint: try required(&section, "endpoint"),
            bucket: try required(&section, "bucket")
        )
        oss.region = try section.text("region") ?? ""
        oss.prefix = prefix
        oss.generatePresignedURL = generatePresignedURL
        unknown += section.unknownSettings
        return oss
    }

    private mutating func proxy(_ section: inout YAMLSection) throws(ConfigurationError) -> ProxyConfiguration? {
        var proxy = try section.section("proxy_config")
        guard !proxy.isEmpty else { return nil }
        let url = try required(&proxy, "url")
        let configuration = ProxyConfiguration(
            url: url,
            username: try proxy.text("username") ?? "",
            password: try proxy.text("password") ?? ""
        )
        unknown += proxy.unknownSettings
        return configuration
    }

    private func required(_ section: inout YAMLSection, _ key: String) throws(ConfigurationError) -> String {
        guard let text = try section.text(key), !text.isEmpty else { throw section.error(key, "is missing") }
        return text
    }
}
