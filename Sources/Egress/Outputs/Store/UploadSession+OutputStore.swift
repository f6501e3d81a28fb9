import Storage

extension UploadSession: OutputStore {
    func growing(_ path: String, as key: String, contentType: String) -> any GrowingFile {
        grow(path, as: key, contentType: contentType)
    }

    /// A session with its journal in `folder`.
    @Sendable
    static func open(
        _ storage: StorageConfiguration,
        _ backup: StorageConfiguration?,
        _ folder: String,
        _ context: OutputContext
    ) throws(StorageError) -> any OutputStore {
        try UploadSession(
            folder: folder,
            destination: storage,
            backup: backup,
            localRoot: context.recordings,
            settings: context.uploads,
            logger: context.logger
        )
    }
}

extension GrowingUpload: GrowingFile {}
