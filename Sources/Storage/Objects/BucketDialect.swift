/// What one provider does its own way behind the multipart protocol that S3 began and Google and Alibaba also speak.
protocol BucketDialect: Sendable {
    /// What errors call the store.
    var name: String { get }
    var transport: HTTPTransport { get }
    /// What must not be shown.
    var secrets: Secrets { get }
    /// Headers of a request that creates an object.
    func creationHeaders(contentType: String) -> [(name: String, value: String)]
    /// The address of an object, unsigned and with neither query nor headers.
    func address(of key: String) async throws(StoreFailure) -> StoreRequest
    /// Signs a request for the object `key`.
    func sign(_ request: inout StoreRequest, key: String) async throws(StoreFailure)
    /// The store does not take the credentials (any more); it may be time for new ones.
    func forgetCredentials() async
    /// Where an object can be fetched.
    func location(of key: String) async throws(StoreFailure) -> String
}

extension BucketDialect {
    func forgetCredentials() async {}
}
