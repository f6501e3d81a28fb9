/// Where uploads go, ready for use.
enum Destination: Sendable {
    case local(LocalStorage)
    case object(any ObjectStore)

    init(
        _ configuration: StorageConfiguration,
        localRoot: String,
        environment: StorageEnvironment
    ) throws(StorageError) {
        let name = configuration.storeName
        do throws(StoreFailure) {
            switch configuration {
            case .local: self = .local(try Self.local(localRoot))
            case .s3(let s3):
                let store = BucketStore(dialect: try S3Dialect(s3, environment: environment))
                self = .object(PrefixedStore(store, prefix: s3.prefix))
            case .googleCloud(let google):
                let store = BucketStore(dialect: try GoogleCloudDialect(google, environment: environment))
                self = .object(PrefixedStore(store, prefix: google.prefix))
            case .azure(let azure):
                self = .object(PrefixedStore(try AzureStore(azure, environment: environment), prefix: azure.prefix))
            case .aliOSS(let oss):
                let store = BucketStore(dialect: try AliOSSDialect(oss, environment: environment))
                self = .object(PrefixedStore(store, prefix: oss.prefix))
            }
        } catch {
            throw StorageError.upload(store: name, reason: error.reason)
        }
    }

    var name: String {
        switch self {
        case .local: "Local"
        case .object(let store): store.name
        }
    }

    private static func local(_ root: String) throws(StoreFailure) -> LocalStorage {
        do throws(StorageError) {
            return try LocalStorage(root: root)
        } catch {
            throw StoreFailure(.refused, error.description)
        }
    }
}

extension StorageConfiguration {
    /// What LiveKit's errors call it.
    var storeName: String {
        switch self {
        case .local: "Local"
        case .s3: "S3"
        case .googleCloud: "GCP"
        case .azure: "Azure"
        case .aliOSS: "AliOSS"
        }
    }
}
