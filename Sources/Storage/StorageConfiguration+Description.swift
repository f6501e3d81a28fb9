/// Holds credentials, and does not show them: neither in its description nor to a mirror.
public protocol Discreet: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension Discreet {
    /// As the description.
    public var debugDescription: String { description }
    /// Nothing but the description.
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}

extension StorageConfiguration: Discreet {
    /// The kind of storage and its bucket.
    public var description: String {
        switch self {
        case .local: "local disk"
        case .s3(let s3): s3.description
        case .googleCloud(let google): google.description
        case .azure(let azure): azure.description
        case .aliOSS(let oss): oss.description
        }
    }
}

extension S3Configuration: Discreet {
    /// The bucket.
    public var description: String { "S3 bucket \(bucket)" }
}

extension GoogleCloudConfiguration: Discreet {
    /// The bucket.
    public var description: String { "Google Cloud bucket \(bucket)" }
}

extension AzureConfiguration: Discreet {
    /// The container.
    public var description: String { "Azure container \(container)" }
}

extension AliOSSConfiguration: Discreet {
    /// The bucket.
    public var description: String { "OSS bucket \(bucket)" }
}

extension ProxyConfiguration: Discreet {
    /// Host and port; an address may have a password in it.
    public var description: String { "proxy \(ServiceAddress(url)?.authority ?? "without an address")" }
}
