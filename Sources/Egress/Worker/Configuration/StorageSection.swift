import Settings
import Storage

/// The sections `storage` and `backup`: at most one store, and how its objects are named.
struct StorageSection {
    private(set) var configuration: StorageConfiguration?
    private(set) var prefix = ""
    private(set) var generatePresignedURL = false
    private var oddities: SettingOddities

    /// Reads a section, and adds to `oddities` what is odd about it.
    init(_ section: YAMLSection, _ oddities: inout SettingOddities) throws(ConfigurationError) {
        var section = section
        self.oddities = oddities
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
        self.oddities.close(section)
        oddities = self.oddities
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
        oddities.markIdle(
            &section,
            "s3.",
            ["max_retries", "max_retry_delay", "min_retry_delay", "aws_log_level"],
            because: "outages are waited out, see upload_maximum_age"
        )
        oddities.close(section)
        return s3
    }

    private mutating func googleCloud(_ section: YAMLSection) throws(ConfigurationError) -> GoogleCloudConfiguration {
        var section = section
        var google = GoogleCloudConfiguration(bucket: try required(&section, "bucket"))
        google.credentials = try section.text("credentials_json") ?? ""
        google.proxy = try proxy(&section)
        google.prefix = prefix
        google.generatePresignedURL = generatePresignedURL
        oddities.close(section)
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
        oddities.close(section)
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
        oddities.close(section)
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
        oddities.close(proxy)
        return configuration
    }

    private func required(_ section: inout YAMLSection, _ key: String) throws(ConfigurationError) -> String {
        guard let text = try section.text(key), !text.isEmpty else { throw section.error(key, "is missing") }
        return text
    }
}
