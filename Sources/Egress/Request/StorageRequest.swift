import LiveKitProtocol
import Storage

/// The storage that a request names, in whichever of its messages.
enum StorageRequest: Equatable {
    case s3(Livekit_S3Upload)
    case googleCloud(Livekit_GCPUpload)
    case azure(Livekit_AzureBlobUpload)
    case aliOSS(Livekit_AliOSSUpload)
}

extension Livekit_EncodedFileOutput {
    /// The storage it names.
    var storageRequest: StorageRequest? {
        switch output {
        case .s3(let upload)?: .s3(upload)
        case .gcp(let upload)?: .googleCloud(upload)
        case .azure(let upload)?: .azure(upload)
        case .aliOss(let upload)?: .aliOSS(upload)
        case nil: nil
        }
    }
}

extension Livekit_DirectFileOutput {
    /// The storage it names.
    var storageRequest: StorageRequest? {
        switch output {
        case .s3(let upload)?: .s3(upload)
        case .gcp(let upload)?: .googleCloud(upload)
        case .azure(let upload)?: .azure(upload)
        case .aliOss(let upload)?: .aliOSS(upload)
        case nil: nil
        }
    }
}

extension Livekit_SegmentedFileOutput {
    /// The storage it names.
    var storageRequest: StorageRequest? {
        switch output {
        case .s3(let upload)?: .s3(upload)
        case .gcp(let upload)?: .googleCloud(upload)
        case .azure(let upload)?: .azure(upload)
        case .aliOss(let upload)?: .aliOSS(upload)
        case nil: nil
        }
    }
}

extension Livekit_ImageOutput {
    /// The storage it names.
    var storageRequest: StorageRequest? {
        switch output {
        case .s3(let upload)?: .s3(upload)
        case .gcp(let upload)?: .googleCloud(upload)
        case .azure(let upload)?: .azure(upload)
        case .aliOss(let upload)?: .aliOSS(upload)
        case nil: nil
        }
    }
}

extension Livekit_StorageConfig {
    /// The storage it names.
    var storageRequest: StorageRequest? {
        switch provider {
        case .s3(let upload)?: .s3(upload)
        case .gcp(let upload)?: .googleCloud(upload)
        case .azure(let upload)?: .azure(upload)
        case .aliOss(let upload)?: .aliOSS(upload)
        case nil: nil
        }
    }
}
