import NIOHTTP1

/// How a bucket is addressed.
struct S3Endpoint: Sendable, Hashable {
    private let service: ServiceAddress
    private let bucket: String
    /// Whether the bucket is the path's first part rather than the host's.
    let isPathStyle: Bool
    private let isCustom: Bool

    /// The bucket of a configuration, in `region` if no endpoint is given.
    ///
    /// A bucket's name cannot be put before an IP address or `localhost`, and one with dots does not match the
    /// certificate of `*.host`: these are put into the path unasked.
    ///
    /// - Throws: `StoreFailure.refused` for an endpoint that is no address.
    init(_ configuration: S3Configuration, region: String) throws(StoreFailure) {
        bucket = configuration.bucket
        guard !bucket.isEmpty else { throw StoreFailure(.refused, "no bucket is given") }
        isCustom = !configuration.endpoint.isEmpty
        let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        let text = isCustom ? configuration.endpoint : "https://s3.\(region).\(domain)"
        guard let service = ServiceAddress(text) else {
            throw StoreFailure(.refused, "the endpoint \"\(text)\" is not of the form https://host:port")
        }
        self.service = service
        isPathStyle =
            configuration.forcePathStyle || service.isAddressOrLocal
            || (bucket.contains(".") && service.scheme == "https")
    }

    /// The address of an object.
    func request(for key: String) -> StoreRequest {
        let path = isPathStyle ? "\(service.path)/\(encodedPath(bucket))" : service.path
        return StoreRequest(
            method: .GET,
            scheme: service.scheme,
            host: isPathStyle ? service.authority : "\(bucket).\(service.authority)",
            path: "\(path)/\(encodedPath(key))"
        )
    }

    /// The public address of an object, whether or not it may be read there.
    func location(of key: String) -> String {
        guard !isCustom else { return request(for: key).url }
        let host = "s3.amazonaws.com"
        return isPathStyle
            ? "https://\(host)/\(encodedPath(bucket))/\(encodedPath(key))"
            : "https://\(bucket).\(host)/\(encodedPath(key))"
    }
}
