import LiveKitProtocol
import Storage

extension StorageRequest {
    /// The storage to use, checked as far as that is possible without asking it.
    func configuration(_ defaults: PlanDefaults) throws(TwirpError) -> StorageConfiguration {
        switch self {
        case .s3(let upload): .s3(try Self.s3(upload, defaults))
        case .googleCloud(let upload): .googleCloud(try Self.googleCloud(upload, defaults))
        case .azure(let upload): .azure(try Self.azure(upload, defaults))
        case .aliOSS(let upload): .aliOSS(try Self.aliOSS(upload, defaults))
        }
    }

    private static func s3(
        _ upload: Livekit_S3Upload,
        _ defaults: PlanDefaults
    ) throws(TwirpError) -> S3Configuration {
        try needs(upload.bucket, "s3.bucket")
        guard upload.accessKey.isEmpty == upload.secret.isEmpty else {
            throw .invalid("s3.access_key and s3.secret", "one is given without the other")
        }
        try check(endpoint: upload.endpoint, "s3.endpoint")
        var s3 = S3Configuration(bucket: upload.bucket)
        s3.accessKey = upload.accessKey
        s3.secret = upload.secret
        s3.sessionToken = upload.sessionToken
        s3.assumeRoleARN = upload.assumeRoleArn
        s3.assumeRoleExternalID = upload.assumeRoleExternalID
        s3.region = upload.region
        s3.endpoint = upload.endpoint
        s3.forcePathStyle = upload.forcePathStyle
        s3.metadata = upload.metadata
        s3.tagging = upload.tagging
        s3.contentDisposition = upload.contentDisposition
        s3.proxy = upload.hasProxy ? try proxy(upload.proxy, "s3.proxy") : nil
        s3.prefix = defaults.prefix
        s3.generatePresignedURL = defaults.generatePresignedURL
        try assume(&s3, defaults.assumeRole)
        return s3
    }

    private static func assume(_ s3: inout S3Configuration, _ rule: PlanDefaults.AssumeRole) throws(TwirpError) {
        guard s3.accessKey.isEmpty else { return }
        switch rule {
        case .unchecked: break
        case .key(let accessKey, let secret, let role, let externalID):
            if s3.assumeRoleARN.isEmpty { s3.assumeRoleARN = role }
            guard !s3.assumeRoleARN.isEmpty else { return }
            s3.accessKey = accessKey
            s3.secret = secret
            if s3.assumeRoleExternalID.isEmpty { s3.assumeRoleExternalID = externalID }
        case .refused:
            guard !s3.assumeRoleARN.isEmpty else { return }
            throw TwirpError(
                .permissionDenied,
                "S3 upload using AssumeRole is disabled: the service has no s3_assume_role_key and"
                    + " s3_assume_role_secret; give an access_key and a secret with the role"
            )
        }
    }

    private static func googleCloud(
        _ upload: Livekit_GCPUpload,
        _ defaults: PlanDefaults
    ) throws(TwirpError) -> GoogleCloudConfiguration {
        try needs(upload.bucket, "gcp.bucket")
        var google = GoogleCloudConfiguration(bucket: upload.bucket)
        google.credentials = upload.credentials
        google.proxy = upload.hasProxy ? try proxy(upload.proxy, "gcp.proxy") : nil
        google.prefix = defaults.prefix
        google.generatePresignedURL = defaults.generatePresignedURL
        return google
    }

    private static func azure(
        _ upload: Livekit_AzureBlobUpload,
        _ defaults: PlanDefaults
    ) throws(TwirpError) -> AzureConfiguration {
        try needs(upload.accountName, "azure.account_name")
        try needs(upload.accountKey, "azure.account_key")
        try needs(upload.containerName, "azure.container_name")
        var azure = AzureConfiguration(
            accountName: upload.accountName,
            accountKey: upload.accountKey,
            container: upload.containerName
        )
        azure.prefix = defaults.prefix
        azure.generatePresignedURL = defaults.generatePresignedURL
        return azure
    }

    private static func aliOSS(
        _ upload: Livekit_AliOSSUpload,
        _ defaults: PlanDefaults
    ) throws(TwirpError) -> AliOSSConfiguration {
        try needs(upload.accessKey, "aliOSS.access_key")
        try needs(upload.secret, "aliOSS.secret")
        try needs(upload.endpoint, "aliOSS.endpoint")
        try needs(upload.bucket, "aliOSS.bucket")
        var oss = AliOSSConfiguration(
            accessKey: upload.accessKey,
            secret: upload.secret,
            endpoint: upload.endpoint,
            bucket: upload.bucket
        )
        oss.region = upload.region
        oss.prefix = defaults.prefix
        oss.generatePresignedURL = defaults.generatePresignedURL
        return oss
    }

    private static func proxy(
        _ proxy: Livekit_ProxyConfig,
        _ field: String
    ) throws(TwirpError) -> ProxyConfiguration {
        guard proxy.url.hasPrefix("http://") || proxy.url.hasPrefix("https://") else {
            throw .invalid("\(field).url", "it has to be an http or https URL")
        }
        return ProxyConfiguration(url: proxy.url, username: proxy.username, password: proxy.password)
    }

    private static func needs(_ value: String, _ field: String) throws(TwirpError) {
        guard !value.isEmpty else { throw .invalid(field, "it is empty") }
    }

    private static func check(endpoint: String, _ field: String) throws(TwirpError) {
        guard let scheme = endpoint.firstRange(of: "://").map({ endpoint[..<$0.lowerBound].lowercased() }) else {
            // None, or a bare host: https is meant.
            return
        }
        guard scheme == "http" || scheme == "https" else {
            throw .invalid(field, "it begins with \(scheme)://; http:// and https:// are possible")
        }
    }
}
