public import LiveKitProtocol

extension Livekit_EgressInfo {
    /// The same without secrets: credentials of storages as `{access_key}` and the like, stream keys as `{abc...xyz}`.
    ///
    /// What is redacted already stays as it is. To be applied before anything is stored, answered or sent.
    public func redacted() -> Livekit_EgressInfo {
        var info = self
        info.request = request?.redacted()
        for index in info.streamResults.indices {
            info.streamResults[index].url = StreamURL.redact(info.streamResults[index].url)
        }
        if case .stream(var list)? = info.result {
            for index in list.info.indices { list.info[index].url = StreamURL.redact(list.info[index].url) }
            info.result = .stream(list)
        }
        return info
    }
}

extension Livekit_EgressInfo.OneOf_Request {
    /// The request without secrets.
    func redacted() -> Self {
        switch self {
        case .roomComposite(var request):
            request.fileOutputs.redact()
            request.streamOutputs.redact()
            request.segmentOutputs.redact()
            request.imageOutputs.redact()
            switch request.output {
            case .file(let file)?: request.output = .file(file.redacted())
            case .stream(let stream)?: request.output = .stream(stream.redacted())
            case .segments(let segments)?: request.output = .segments(segments.redacted())
            case nil: break
            }
            return .roomComposite(request)
        case .trackComposite(var request):
            request.fileOutputs.redact()
            request.streamOutputs.redact()
            request.segmentOutputs.redact()
            request.imageOutputs.redact()
            switch request.output {
            case .file(let file)?: request.output = .file(file.redacted())
            case .stream(let stream)?: request.output = .stream(stream.redacted())
            case .segments(let segments)?: request.output = .segments(segments.redacted())
            case nil: break
            }
            return .trackComposite(request)
        case .web(var request):
            request.url = StreamURL.redact(request.url)
            request.fileOutputs.redact()
            request.streamOutputs.redact()
            request.segmentOutputs.redact()
            request.imageOutputs.redact()
            switch request.output {
            case .file(let file)?: request.output = .file(file.redacted())
            case .stream(let stream)?: request.output = .stream(stream.redacted())
            case .segments(let segments)?: request.output = .segments(segments.redacted())
            case nil: break
            }
            return .web(request)
        case .participant(var request):
            request.fileOutputs.redact()
            request.streamOutputs.redact()
            request.segmentOutputs.redact()
            request.imageOutputs.redact()
            return .participant(request)
        case .track(var request):
            switch request.output {
            case .file(let file)?: request.output = .file(file.redacted())
            case .websocketURL(let url)?: request.output = .websocketURL(StreamURL.redact(url))
            case nil: break
            }
            return .track(request)
        case .egress(var request):
            request.outputs.redact()
            if request.hasStorage { request.storage = request.storage.redacted() }
            if case .web(var web)? = request.source {
                web.url = StreamURL.redact(web.url)
                request.source = .web(web)
            }
            return .egress(request)
        case .replay(var request):
            request.outputs.redact()
            if request.hasStorage { request.storage = request.storage.redacted() }
            return .replay(request)
        }
    }
}

/// A part of a request that may hold secrets.
private protocol Redactable {
    func redacted() -> Self
}

extension Array where Element: Redactable {
    fileprivate mutating func redact() { self = map { $0.redacted() } }
}

extension Livekit_EncodedFileOutput: Redactable {
    fileprivate func redacted() -> Self {
        var copy = self
        switch output {
        case .s3(let upload)?: copy.output = .s3(upload.redacted())
        case .gcp(let upload)?: copy.output = .gcp(upload.redacted())
        case .azure(let upload)?: copy.output = .azure(upload.redacted())
        case .aliOss(let upload)?: copy.output = .aliOss(upload.redacted())
        case nil: break
        }
        return copy
    }
}

extension Livekit_DirectFileOutput: Redactable {
    fileprivate func redacted() -> Self {
        var copy = self
        switch output {
        case .s3(let upload)?: copy.output = .s3(upload.redacted())
        case .gcp(let upload)?: copy.output = .gcp(upload.redacted())
        case .azure(let upload)?: copy.output = .azure(upload.redacted())
        case .aliOss(let upload)?: copy.output = .aliOss(upload.redacted())
        case nil: break
        }
        return copy
    }
}

extension Livekit_SegmentedFileOutput: Redactable {
    fileprivate func redacted() -> Self {
        var copy = self
        switch output {
        case .s3(let upload)?: copy.output = .s3(upload.redacted())
        case .gcp(let upload)?: copy.output = .gcp(upload.redacted())
        case .azure(let upload)?: copy.output = .azure(upload.redacted())
        case .aliOss(let upload)?: copy.output = .aliOss(upload.redacted())
        case nil: break
        }
        return copy
    }
}

extension Livekit_ImageOutput: Redactable {
    fileprivate func redacted() -> Self {
        var copy = self
        switch output {
        case .s3(let upload)?: copy.output = .s3(upload.redacted())
        case .gcp(let upload)?: copy.output = .gcp(upload.redacted())
        case .azure(let upload)?: copy.output = .azure(upload.redacted())
        case .aliOss(let upload)?: copy.output = .aliOss(upload.redacted())
        case nil: break
        }
        return copy
    }
}

extension Livekit_StorageConfig: Redactable {
    fileprivate func redacted() -> Self {
        var copy = self
        switch provider {
        case .s3(let upload)?: copy.provider = .s3(upload.redacted())
        case .gcp(let upload)?: copy.provider = .gcp(upload.redacted())
        case .azure(let upload)?: copy.provider = .azure(upload.redacted())
        case .aliOss(let upload)?: copy.provider = .aliOss(upload.redacted())
        case nil: break
        }
        return copy
    }
}

extension Livekit_StreamOutput: Redactable {
    fileprivate func redacted() -> Self {
        var copy = self
        copy.urls = urls.map { StreamURL.redact($0) }
        for index in copy.destinations.indices {
            copy.destinations[index].url = StreamURL.redact(copy.destinations[index].url)
        }
        return copy
    }
}

extension Livekit_Output: Redactable {
    fileprivate func redacted() -> Self {
        var copy = self
        switch config {
        case .stream(let stream)?: copy.config = .stream(stream.redacted())
        case .segments(let segments)?: copy.config = .segments(segments.redacted())
        case .images(let images)?: copy.config = .images(images.redacted())
        case .file?, nil: break
        }
        if hasStorage { copy.storage = storage.redacted() }
        return copy
    }
}

// MARK: - Credentials

/// The name of a secret in braces, as LiveKit writes it; nothing for nothing.
private func hidden(_ secret: String, _ name: String) -> String {
    secret.isEmpty ? "" : "{\(name)}"
}

extension Livekit_S3Upload {
    fileprivate func redacted() -> Self {
        var copy = self
        copy.accessKey = hidden(accessKey, "access_key")
        copy.secret = hidden(secret, "secret")
        copy.sessionToken = hidden(sessionToken, "session_token")
        copy.assumeRoleArn = hidden(assumeRoleArn, "assume_role_arn")
        copy.assumeRoleExternalID = hidden(assumeRoleExternalID, "assume_role_external_id")
        if hasProxy { copy.proxy = proxy.redacted() }
        return copy
    }
}

extension Livekit_GCPUpload {
    fileprivate func redacted() -> Self {
        var copy = self
        copy.credentials = hidden(credentials, "credentials")
        if hasProxy { copy.proxy = proxy.redacted() }
        return copy
    }
}

extension Livekit_AzureBlobUpload {
    fileprivate func redacted() -> Self {
        var copy = self
        copy.accountName = hidden(accountName, "account_name")
        copy.accountKey = hidden(accountKey, "account_key")
        return copy
    }
}

extension Livekit_AliOSSUpload {
    fileprivate func redacted() -> Self {
        var copy = self
        copy.accessKey = hidden(accessKey, "access_key")
        copy.secret = hidden(secret, "secret")
        return copy
    }
}

extension Livekit_ProxyConfig {
    fileprivate func redacted() -> Self {
        var copy = self
        copy.url = StreamURL.redact(url)
        copy.username = hidden(username, "username")
        copy.password = hidden(password, "password")
        return copy
    }
}
